"""What the page *Check your own code* shows and these tests try: its functions, and *yours → ours*."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

TEXT = (Path(__file__).parents[2] / "chapters/check-code.md").read_text("utf-8")
SOURCE = "".join(
    re.findall(
        r"(?ms)^```(?:python|\{code-cell\} ipython3)\n(?::tags: [^\n]*\n|---\n.*?\n---\n)?(.*?)^```", TEXT
    )
)
CODE = ast.parse(SOURCE)
FUNCTIONS = {item.name: item for item in CODE.body if isinstance(item, ast.FunctionDef)}


def defined() -> SimpleNamespace:
    """Define the page's functions, as they stand there, and run nothing else of it."""
    space: dict[str, object] = {}
    kept = [item for item in CODE.body if isinstance(item, ast.Import | ast.ImportFrom | ast.FunctionDef)]
    exec(compile(ast.Module(kept, []), "check-code.md", "exec"), space)
    return SimpleNamespace(**space)


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        whose: a program, or a part of one.
        yours: as it is written there, what is code in backticks.
        ours: the arguments that it becomes, with their values, both as one writes them.
    """

    whose: str
    yours: str
    ours: str


def table() -> tuple[Row, ...]:
    """Read the table; a line in bold says whose the next ones are."""
    whose, rows = "", []
    lines = TEXT.split("| yours | ours |\n")[1].split("\n\n")[0].splitlines()[1:]
    for line in lines:
        yours, ours = (cell.strip() for cell in line.strip("|").split("|"))
        if ours:
            rows.append(Row(whose, yours, ours.strip("`")))
        else:
            whose = yours.strip("*").replace("`", "")
    return tuple(rows)
