"""The sources as MicroPython can take them: without annotations, types, docstrings and what it lacks.

Nothing else is changed. What a source says in a way that MicroPython cannot take is changed in the source.
"""

import ast
from collections.abc import Mapping
from pathlib import Path

TYPES = {"list", "dict", "tuple", "set", "type", "Callable", "Iterable", "Mapping", "Sequence"}
LACKING = {"collections.abc", "typing"}
ELSEWHERE = {("itertools", "permutations"): "iterate"}  # what lib/ has in its place


def stripped(sources: Mapping[str, str]) -> dict[str, str]:
    """Strip sources, each under its path such as ``bptt/kernel/shape.py``."""
    trees = {path: ast.parse(source) for path, source in sources.items()}
    types = {module_of(path): types_of(tree) for path, tree in trees.items()}
    return {
        path: ast.unparse(ast.fix_missing_locations(Stripped(types, types[module_of(path)]).visit(tree)))
        + "\n"
        for path, tree in trees.items()
    }


def stand_ins() -> dict[str, str]:
    """Read what stands in for what MicroPython lacks."""
    return {
        file.name: file.read_text("utf-8") for file in sorted((Path(__file__).parent / "lib").glob("*.py"))
    }


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def types_of(tree: ast.Module) -> set[str]:
    """List the names that a module gives to types; the same name may be a class elsewhere."""
    typing = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module in LACKING
        for alias in node.names
    }
    found = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_type(value, typing):
                found.add(name)
    return found


def is_type(value: ast.expr, typing: set[str]) -> bool:
    match value:
        case ast.BinOp(op=ast.BitOr()):
            return True
        case ast.Subscript(value=ast.Name(id=name)):
            return name in TYPES
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):  # Value = Any, Item = TypeVar("Item")
            return name in typing
    return False


class Stripped(ast.NodeTransformer):
    def __init__(self, types: Mapping[str, set[str]], own: set[str]) -> None:
        self.types = types
        self.own = own

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        node.body = without_docstring(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        node.body = without_docstring(node.body) or [ast.Pass()]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.body = without_docstring(node.body) or [ast.Pass()]
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        self.generic_visit(node)
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        self.generic_visit(node)
        match node.targets:
            case [ast.Name(id=name)] if name in self.own:
                return None
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:
        home = node.module or ""
        if home in LACKING:
            return []
        kept: dict[str, list[ast.alias]] = {}
        for alias in node.names:
            if alias.name not in self.types.get(home, ()):
                kept.setdefault(ELSEWHERE.get((home, alias.name), home), []).append(alias)
        return [ast.ImportFrom(module, names, 0) for module, names in kept.items()]


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body
