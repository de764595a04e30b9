"""Write the one script with all that checks a formula in a page.

It holds KaTeX, MicroPython as the text of a classic worker, its machine code in base64, and what is needed of
the package, stripped. A page that is opened as a file can load such a script, and nothing else.
"""

import ast
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

import bptt
from bptt.site.micropython.stripped import module_of, stand_ins, stripped

PACKAGE = "node_modules/@micropython/micropython-webassembly-pyscript"
KATEX = "node_modules/katex/dist/katex.min.js"
ENTRY = "page.py"  # in lib/: what the worker calls
HERE = Path(__file__).parent

# MicroPython's script is a module, and a worker that starts from text is none. The last of these is what Node
# runs it by from a command line, and ends where the next class begins.
REWRITTEN = [
    ("import.meta.url", '"blob:"', 4),
    ("export default _createMicroPythonModule;", "", 1),
    ("export async function loadMicroPython", "async function loadMicroPython", 1),
]
COMMAND_LINE = ("if(globalThis.loadMicroPython=loadMicroPython,", "class PyProxy{")


class NotAsExpected(ValueError):
    """A file of another package is not the one that was adapted."""


def script(root: Path) -> str:
    """Write the script from what is installed in ``root``."""
    made = {
        "worker": classic((root / PACKAGE / "micropython.mjs").read_text("utf-8"))
        + (HERE / "worker.js").read_text("utf-8"),
        "wasm": b64encode((root / PACKAGE / "micropython.wasm").read_bytes()).decode(),
        "files": sources(),
    }
    katex = (root / KATEX).read_text("utf-8")
    return f"{katex}\nglobalThis.unrolledCheck = {json.dumps(made, ensure_ascii=False)};\n"


def classic(module: str) -> str:
    """Turn the text of MicroPython's module into that of a classic script."""
    for old, new, count in REWRITTEN:
        if module.count(old) != count:
            raise NotAsExpected(f"micropython.mjs has {old!r} {module.count(old)} times, not {count}")
        module = module.replace(old, new)
    before, found, rest = module.partition(COMMAND_LINE[0])
    _, ended, after = rest.partition(COMMAND_LINE[1])
    if not (found and ended):
        raise NotAsExpected(f"micropython.mjs has no {COMMAND_LINE[0]}")
    return f"{before}{ended}{after}\n"


def sources() -> dict[str, str]:
    """Strip what the entry needs of the package, and add what MicroPython lacks."""
    home = Path(bptt.__file__).parent
    own = {
        f"bptt/{file.relative_to(home).as_posix()}": file.read_text("utf-8")
        for file in sorted(home.rglob("*.py"))
        if not file.is_relative_to(HERE.parent)
    }
    own["bptt/__init__.py"] = ""  # it makes tracebacks short, which a page does not show
    lacking = stand_ins()
    chosen = needed(lacking[ENTRY], own)
    return stripped({path: own[path] for path in chosen}) | lacking


def needed(entry: str, files: Mapping[str, str]) -> list[str]:
    """List the files that a source imports, and those that these do."""
    paths = {module_of(path): path for path in files}
    found: list[str] = []
    todo = [entry]
    while todo:
        new = {paths[module] for module in imported(todo.pop()) if module in paths} - set(found)
        found += sorted(new)
        todo += [files[path] for path in new]
    return sorted(found)


def imported(source: str) -> Iterator[str]:
    """Name what a source imports: each module with its packages, and what may be a module of it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                modules = [f"{module}.{alias.name}" for alias in names]
            case _:
                continue
        for module in modules:
            parts = module.split(".")
            yield from (".".join(parts[: n + 1]) for n in range(len(parts)))
