"""What chapters/trust.md says of the kernel, held to the sources and to the reports."""

import ast
import re
import tokenize
from pathlib import Path

import pytest
import yaml

import bptt.kernel
from bptt.kernel import Theorem, decide, defined, horizon, matrix, scalar, series, sizes, step, tanh

ROOT = Path(__file__).parents[2]
KERNEL = Path(bptt.kernel.__file__).parent
PAGE = (ROOT / "chapters/trust.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks/results"
NOTHING = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def lines_of_code(path: Path) -> int:
    """Count the lines that are neither blank nor a comment nor a docstring."""
    found: set[int] = set()
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type not in (*NOTHING, tokenize.ENCODING, tokenize.ENDMARKER):
                found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            docstring = node.body[0]
            found -= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return len(found)


def imported(path: Path) -> set[Path]:
    """List the files of the kernel that a file imports, at its top or in a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bptt.kernel."):
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    paths = {KERNEL.parent.joinpath(*str(name).split(".")[1:]).with_suffix(".py") for name in names}
    return {path for path in paths if path.exists()}


def trusted(kernel: Path = KERNEL) -> dict[str, list[int]]:
    """List the lengths of the files of ``proof``, and of what they import in the end, by their rooms."""
    reached = {path for path in (kernel / "proof").glob("*.py") if lines_of_code(path)}
    new = set(reached)
    while new:
        new = {other for path in new for other in imported(path)} - reached
        reached |= new
    rooms: dict[str, list[int]] = {}
    for path in reached:
        rooms.setdefault(path.parent.name, []).append(lines_of_code(path))
    return rooms


def size(lengths: list[int]) -> str:
    return f"{sum(lengths):,} lines of code in {len(lengths)} files"


def test_the_page_says_the_true_size_of_what_is_trusted() -> None:
    rooms = trusted()
    assert rooms.keys() == {"proof", "language"}
    for room, lengths in rooms.items():
        assert f"`src/bptt/kernel/{room}`: {size(lengths)}" in PAGE, f"{room} has {size(lengths)}"


def test_the_page_says_how_much_of_it_prints() -> None:
    """What prints bears on what is proved: of two things that print alike one is refused."""
    printing = sum(lines_of_code(KERNEL / "language" / name) for name in ("latex.py", "text.py"))
    assert f"{printing} of them for printing" in PAGE


def test_lines_are_counted_as_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        '"""A\nfile."""\n\n# Why.\nx = """two\nlines"""  # how\n\n\ndef f():\n    """F."""\n    return x\n'
    )
    assert lines_of_code(path) == 4


def numbers(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])\d[\d,]*\d|(?<![\w.])\d(?![\w.])", text))


def paragraph(beginning: str) -> str:
    return PAGE[PAGE.index(beginning) :].partition("\n\n")[0]


def test_the_numbers_of_the_falsifier_are_those_of_its_reports() -> None:
    before, after = (
        (RESULTS / f"soundness-{name}.md").read_text(encoding="utf-8") for name in ("before", "after")
    )
    _, of_old, of_new, guards = re.split(
        r"In the kernel that|In the present|Then each", paragraph("**The fals")
    )
    assert numbers(of_old) == {"1,931", "20,003", "910"}
    assert "gave 20,003 conclusions" in before
    assert "**1,931 conclusions are false**, of which 910 are where the fault enters" in before
    assert numbers(of_new) == {"0", "20,001"}
    assert "gave 20,001 conclusions" in after
    assert "**0 conclusions are false" in after
    rows = after.partition("| guard that is taken out")[2].partition("\n\n")[0].splitlines()[2:]
    silent = [row for row in rows if "| none of" in row]
    assert numbers(guards) == {str(len(rows)), str(len(rows) - len(silent)), str(len(silent))}


def test_the_mutants_are_those_of_the_lists() -> None:
    said = re.findall(r"(?:all (\d+)|(\d+) of (\d+)) of `(\w+\.py)`", paragraph("**Mutants"))
    tried = {}
    for path in sorted((ROOT / "tests/mutants").glob("kernel.*.yml")):
        done, every = re.findall(r"\d+", yaml.safe_load(path.read_text(encoding="utf-8"))["tried"])[:2]
        tried[f"{path.stem.rpartition('.')[2]}.py"] = (done, every)
    assert {name: (done or every, of or every) for every, done, of, name in said} == tried
    assert tried.keys() >= {path.name for path in (KERNEL / "proof").glob("[a-z]*.py")}  # all of the rules


def example() -> Theorem:
    n, T = *sizes("n"), horizon("T")
    h, W, a, t = series("h", n), matrix("W", n, n), scalar("a"), step("t", T)
    return decide(h[t] / a, tanh(W @ h[t - 1]) / a, [defined(h, t, tanh(W @ h[t - 1]))])


def test_the_theorem_on_the_page_is_one() -> None:
    assert f"```text\n{example()}\n```" in PAGE


def test_the_book_changes_nothing_that_is_made() -> None:
    ways = re.compile(r"__setattr__|__closure__|\bfix\(")
    sources = [path for path in (KERNEL.parent).rglob("*.py") if KERNEL not in path.parents]
    chapters = [path for path in (ROOT / "chapters").rglob("*.md") if path.name != "trust.md"]
    assert [path.name for path in sources + chapters if ways.search(path.read_text(encoding="utf-8"))] == []
    assert ways.search(PAGE)


def test_on_purpose_a_theorem_can_be_changed_as_the_page_says() -> None:
    theorem = example()
    with pytest.raises(AttributeError):
        theorem.right = theorem.left
    object.__setattr__(theorem, "right", theorem.left)
    assert theorem.right is theorem.left
    made = [cell.cell_contents for cell in bptt.kernel.proof.theorem.decide.__closure__ or ()]
    assert isinstance(made[0]({"left": theorem.left, "right": -theorem.left}), Theorem)
