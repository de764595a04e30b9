"""Draw the rooms of the package and the imports between them into CONTRIBUTING.md.

    python tests/house/house.py

A room is told in the first words of its docstring.
"""

import ast
import re
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
PICTURE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)


def imports() -> grimp.ImportGraph:
    return grimp.build_graph("bptt", cache_dir=None)


def rooms(graph: grimp.ImportGraph) -> list[str]:
    """List the rooms: the folders of the package, and its files beside them."""
    return sorted(room for room in graph.find_children("bptt") if not room.startswith("bptt._"))


def words(room: str) -> str:
    """Take the docstring of a room up to its first stop."""
    path = ROOT / "src" / room.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = re.split("[:,.]", docstring)[0]
    return first[:1].lower() + first[1:]


def picture(graph: grimp.ImportGraph) -> str:
    """Write the rooms and an arrow from each to those it imports, as Mermaid."""
    names = {room: room.removeprefix("bptt.") for room in rooms(graph)}
    for room in names:
        graph.squash_module(room)
    lines = [f'  {names[room]}["<b>{names[room]}</b><br>{words(room)}"]' for room in names]
    for room in names:
        others = graph.find_modules_directly_imported_by(room) & names.keys() - {room}
        imported = sorted(names[other] for other in others)
        lines += [f"  {names[room]} --> {' & '.join(imported)}"] if imported else []
    return "\n".join(["```mermaid", "graph TD", *lines, "```\n"])


if __name__ == "__main__":
    PAGE.write_text(PICTURE.sub(picture(imports()), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
