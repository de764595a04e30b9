"""Writes the expressions of a backward pass otherwise: what is turned, has another sign, or is too many.

Each function takes a function of a source and one of its nodes, and yields what it changes, in a few words,
with the text that would stand there instead.
"""

import ast
from collections.abc import Iterator

from bptt.slips.source import SIMPLE, Function, called, closed, is_operator, is_read

New = Iterator[tuple[str, str]]
PRODUCTS = ("dot", "matmul", "outer")


# ---- products and sums


def transposed(of: Function, node: ast.AST) -> New:
    """Turn an operand of a product."""
    above, text = of.above(node), of.text(node)
    operand = is_operator(above, ast.MatMult) or (
        isinstance(above, ast.Call) and node is not above.func and called(above) in (*PRODUCTS, "tensordot")
    )
    if isinstance(above, ast.Attribute) and above.attr == "dot":
        operand = True
    if operand and text.endswith(".T"):
        yield f"{text.removesuffix('.T')} transposed", text.removesuffix(".T")
    elif operand:
        yield f"{text} not transposed", f"{closed(text)}.T"


def factors_swapped(of: Function, node: ast.AST) -> New:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield "", f"({closed(of.text(node.right))} @ {closed(of.text(node.left))})"
    if isinstance(node, ast.Call) and called(node) in PRODUCTS:
        arguments = [of.text(one) for one in node.args]
        if len(arguments) == 2:
            yield "", f"{of.text(node.func)}({arguments[1]}, {arguments[0]})"
        elif len(arguments) == 1 and isinstance(node.func, ast.Attribute):
            yield "", f"{closed(arguments[0])}.dot({of.text(node.func.value)})"


def product_transposed(of: Function, node: ast.AST) -> New:
    if is_operator(node, ast.MatMult) or called(node) in PRODUCTS:
        yield "", f"{closed(of.text(node))}.T"


def einsum_transposed(of: Function, node: ast.AST) -> New:
    call = of.above(node)
    form = getattr(node, "value", None)
    if called(call) == "einsum" and isinstance(call, ast.Call) and isinstance(form, str):
        inputs, arrow, output = form.partition("->")
        for k, indices in enumerate(operands := inputs.split(",")):
            if len(indices) == 2:
                other = ",".join([*operands[:k], indices[::-1], *operands[k + 1 :]]) + arrow + output
                yield f"{of.text(call.args[k + 1])} not transposed", f'"{other}"'


def reshaped(of: Function, node: ast.AST) -> New:
    """Turn an array that was only given another shape."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) == "reshape":
        sizes = [of.text(one) for one in node.args]
        if len(sizes) == 2:
            yield of.text(node), f"{of.text(node.func.value)}.reshape({sizes[1]}, {sizes[0]}).T"


def signs(of: Function, node: ast.AST) -> New:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield of.text(node), f"({of.text(node.operand)})"
    if isinstance(node, ast.BinOp) and is_operator(node, ast.Add, ast.Sub):
        left, right = of.text(node.left), of.text(node.right)
        yield right, f"({left} {'-' if isinstance(node.op, ast.Add) else '+'} {closed(right)})"
        if isinstance(node.op, ast.Sub) and not isinstance(node.left, ast.Constant):
            yield of.text(node), f"({right} - {closed(left)})"
        elif isinstance(node.op, ast.Add):
            yield left, f"({right} - {closed(left)})"
    if isinstance(node, ast.AugAssign) and is_operator(node, ast.Add, ast.Sub):
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        yield of.text(node.value), f"{of.text(node.target)} {sign}= {of.text(node.value)}"


def sign_of_whole(of: Function, node: ast.AST) -> New:
    if of.is_whole(node) and isinstance(node, (ast.BinOp, ast.Call)):
        yield of.text(node), f"-{closed(of.text(node))}"


def brackets(of: Function, node: ast.AST) -> New:
    """Multiply one term of a sum, or all of it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        by = "*" if isinstance(node.op, ast.Mult) else "/"
        for whole, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(whole, ast.BinOp) and is_operator(whole, ast.Add, ast.Sub):
                if by == "/" and whole is node.right:
                    continue
                sign = "+" if isinstance(whole.op, ast.Add) else "-"
                a, b, c = (closed(of.text(one)) for one in (whole.left, whole.right, other))
                yield of.text(node), f"({a} {by} {c} {sign} {b})"
                yield of.text(node), f"({a} {sign} {b} {by} {c})"
    if isinstance(node, ast.BinOp) and is_operator(node, ast.Add, ast.Sub):
        sign = "+" if isinstance(node.op, ast.Add) else "-"
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, ast.BinOp) and is_operator(one, ast.Mult, ast.Div):
                by = "*" if isinstance(one.op, ast.Mult) else "/"
                a, b, c = (closed(of.text(part)) for part in (one.left, one.right, other))
                first, last = (a, c) if one is node.left else (c, a)
                yield of.text(node), f"(({first} {sign} {last}) {by} {b})"


def complement(of: Function, node: ast.AST) -> New:
    """Take the other part of a gate."""
    text = of.text(node)
    if one := of.taken_from_one(node):
        yield f"{text} in place of {of.text(one)}", closed(of.text(one))
    elif is_read(node) and is_operator(of.above(node), ast.Mult):
        array = of.scope.array(text)
        if array is not None and array.min() >= 0 and array.max() <= 1:
            yield f"{text} in place of 1 - {text}", f"(1 - {text})"


def other_axis(of: Function, node: ast.AST) -> New:
    """Sum over another axis."""
    call = of.above(node)
    if isinstance(call, ast.keyword) and call.arg == "axis":
        call = of.above(call)
    elif not (isinstance(call, ast.Call) and node in call.args):
        return
    value = getattr(node, "value", None)
    if called(call) in ("sum", "mean", "flip", "concatenate", "stack") and type(value) is int:
        assert isinstance(call, ast.Call)
        for axis in range(3):
            if axis != value:
                yield f"{called(call)} over another axis", str(axis)


def mean_for_sum(of: Function, node: ast.AST) -> New:
    if called(node) == "mean":
        yield "", of.text(node).replace("mean(", "sum(", 1)


def sum_for_mean(of: Function, node: ast.AST) -> New:
    if called(node) == "sum":
        yield "", of.text(node).replace("sum(", "mean(", 1)


# ---- what is too many


def clips(of: Function, node: ast.AST) -> New:
    """Leave a call out that limits what it is given."""
    if isinstance(node, ast.Call) and (name := called(node)):
        function = of.text(node.func)
        if "clip" in name or name in ("minimum", "maximum"):
            if isinstance(node.func, ast.Attribute) and function not in (f"np.{name}", f"numpy.{name}"):
                yield "", function.removesuffix(f".{name}")
            for one in node.args[:1]:
                yield "", of.text(one)


def clipped_by(of: Function, node: ast.AST) -> New:
    """Leave a factor, or a line, out that is made by a limit."""
    if isinstance(node, ast.BinOp) and is_operator(node, ast.Mult, ast.Div):
        for one, other in ((node.right, node.left), (node.left, node.right)):
            if of.is_clip(one):
                yield "", f"({of.text(other)})"
    if isinstance(node, (*SIMPLE, ast.If, ast.For)) and of.is_clip(node):
        yield "", "pass"


def factors_too_many(of: Function, node: ast.AST) -> New:
    if isinstance(node, ast.BinOp) and is_operator(node, ast.Mult, ast.Div):
        yield _too_many(of, node.right), f"({of.text(node.left)})"
        if isinstance(node.op, ast.Mult):
            yield _too_many(of, node.left), f"({of.text(node.right)})"
            for p, rest in _with_one_less(of, node):
                if rest:
                    yield f"sigmoid′ too many: {p} * (1 - {p})", f"({rest})"
    if isinstance(node, ast.AugAssign) and is_operator(node, ast.Mult, ast.Div):
        yield _too_many(of, node.value), "pass"


def terms_too_many(of: Function, node: ast.AST) -> New:
    if isinstance(node, ast.BinOp) and is_operator(node, ast.Add, ast.Sub):
        yield of.text(node.right), f"({of.text(node.left)})"
        if isinstance(node.op, ast.Add):
            yield of.text(node.left), f"({of.text(node.right)})"


def lines_too_many(of: Function, node: ast.AST) -> New:
    yield of.text(node).splitlines()[0], "pass"


def _too_many(of: Function, factor: ast.expr) -> str:
    text = of.text(factor)
    if any(not rest for _, rest in _with_one_less(of, factor)):
        return f"sigmoid′ too many: {text}"
    return f"doubled tanh′: {text}" if text.lstrip("(").startswith("1 - ") else f"{text} too many"


def _with_one_less(of: Function, node: ast.expr) -> Iterator[tuple[str, str]]:
    """List the factors p of a product that has 1 − p too, with the product of the others."""
    factors = [of.text(one) for one in _factors(node)]
    for p in factors:
        rest = [one for one in factors if one != p and one.replace(" ", "").strip("()") != f"1-{p}"]
        if len(rest) == len(factors) - 2:
            yield p, " * ".join(map(closed, rest))


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def softmax_diagonal(of: Function, node: ast.AST) -> New:
    """Complete g * p * (1 − p) to the whole of softmax′."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for p, g in _with_one_less(of, node):
            for axis in (-1, 0, 1) if g else ():
                yield "", f"({p} * ({g} - ({g} * {p}).sum({axis}, keepdims=True)))"
