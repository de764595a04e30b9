"""The commands: what `make` says, which Python it takes, when a notebook runs again, how a failure reads."""

import re
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bptt.site import downloads, notebooks

ROOT = Path(__file__).parents[2]
HEADER = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


def notebook(*cells: str) -> str:
    return f"{HEADER}\n# A page\n\n" + "\n\n".join(f"```{{code-cell}}\n{cell}\n```" for cell in cells) + "\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one notebook, which leaves a mark in a file each time it is executed."""
    root = tmp_path / "book"
    for folder in ("src/bptt", "sources", "chapters"):
        (root / folder).mkdir(parents=True)
    (root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n")
    (root / "requirements.txt").write_text("numpy==1\n")
    (root / "src/bptt/rules.py").write_text("ANSWER = 41\n")
    (root / "sources/formulas.yml").write_text("[]\n")
    (root / "index.md").write_text("# No code\n")
    write(root, f"open({str(tmp_path / 'marks')!r}, 'a').write('x')", "6 * 7")
    return root


def write(book: Path, *cells: str) -> None:
    (book / "chapters/one.md").write_text(notebook(*cells))


def execute(book: Path) -> int:
    """Run the command. In a thread: where a browser is open, an event loop runs in this one already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(notebooks.main, [str(book)]).result()


def times_executed(book: Path) -> int:
    return len((book.parent / "marks").read_text())


# ---- when a notebook runs again


@pytest.mark.slow
def test_an_unchanged_book_is_not_executed_again(book: Path) -> None:
    assert execute(book) == 0
    assert execute(book) == 0
    assert times_executed(book) == 1


@pytest.mark.slow
@pytest.mark.parametrize("file", ["src/bptt/rules.py", "requirements.txt", "sources/formulas.yml"])
def test_what_outputs_depend_on_makes_the_notebooks_run_again(book: Path, file: str) -> None:
    assert execute(book) == 0
    path = book / file
    before = path.read_text()
    path.write_text(before + "# changed\n")
    with pytest.raises(notebooks.NotExecuted, match="chapters/one"):
        notebooks.outputs(book)
    assert execute(book) == 0
    assert times_executed(book) == 2
    path.write_text(before)  # its outputs are still there
    assert execute(book) == 0
    assert times_executed(book) == 2


@pytest.mark.slow
def test_a_changed_notebook_runs_again_and_its_prose_does_not_count(book: Path) -> None:
    assert execute(book) == 0
    chapter = book / "chapters/one.md"
    chapter.write_text(chapter.read_text().replace("# A page", "# Another title"))
    assert execute(book) == 0
    assert times_executed(book) == 1
    chapter.write_text(chapter.read_text().replace("6 * 7", "6 * 8"))
    assert execute(book) == 0
    assert times_executed(book) == 2
    assert notebooks.outputs(book)["chapters/one"].cells[-1].outputs[0].data["text/plain"] == "48"


def change(root: Path, file: str, text: str) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text)


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("src/bptt/new.py", True),
        ("src/bptt/table.json", True),
        ("sources/deep/new.txt", True),
        ("src/bptt/__pycache__/rules.pyc", False),
        ("README.md", False),
        ("_build/html/index.html", False),
    ],
)
def test_the_digest_sees_new_files(book: Path, file: str, matters: bool) -> None:
    before = notebooks.digest(book)
    change(book, file, "something\n")
    assert (notebooks.digest(book) != before) == matters


def test_the_digest_sees_a_renamed_file(book: Path) -> None:
    before = notebooks.digest(book)
    (book / "src/bptt/rules.py").rename(book / "src/bptt/laws.py")
    assert notebooks.digest(book) != before


# ---- how a notebook runs


@pytest.mark.slow
def test_a_notebook_runs_in_this_environment_in_an_empty_folder(book: Path) -> None:
    write(book, "import os, sys\n(sys.executable, os.listdir(), os.environ.get('DISPLAY'))")
    assert execute(book) == 0
    shown = notebooks.outputs(book)["chapters/one"].cells[-1].outputs[0].data["text/plain"]
    assert shown == repr((sys.executable, [], None))


@pytest.mark.slow
def test_a_cell_that_may_raise_does_not_stop_the_notebook(book: Path) -> None:
    text = notebook("1 / 0", "'after'").replace(
        "```{code-cell}", "```{code-cell}\n:tags: [raises-exception]", 1
    )
    (book / "chapters/one.md").write_text(text)
    assert execute(book) == 0


# ---- how a failure reads


@pytest.mark.slow
def test_a_failure_names_chapter_cell_and_claim(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prover = "def prove(n):\n    if n: prove(n - 1)\n    else: raise ValueError('claim eq-state: refuted')"
    write(book, "fine = 1", prover, "prove(5)", "never = 2")
    assert execute(book) == 1
    said = capsys.readouterr()
    assert re.search(r"\d s  chapters/one  FAILED", said.out)
    assert "chapters/one, code cell 3: prove(5)" in said.err
    assert "ValueError: claim eq-state: refuted" in said.err
    assert "----> 1 prove(5)" in said.err
    assert "calls between" in said.err
    assert "\x1b" not in said.err
    assert len(said.err.splitlines()) < 30
    assert execute(book) == 1  # and nothing of it was kept


@pytest.mark.slow
def test_a_broken_claim_reads_from_the_page_to_the_reason(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = """import numpy as np

(claim(grad(L, B), -A.T @ G, "vjp-right")
 .agrees_with(np.array))"""
    write(
        book,
        """from bptt.book import claim
from bptt.kernel import inner, matrix, named, sizes
from bptt.symbolic import grad
n, m, k = sizes("n m k")
A, B, G = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m)
L = named("L", inner(G, A @ B))""",
        broken,
    )
    assert execute(book) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[1] == 'chapters/one, code cell 2: (claim(grad(L, B), -A.T @ G, "vjp-right")'
    assert said[2].startswith("NotProved: claim vjp-right: Refuted: ")
    assert len(said) == 5, "and nothing of the book's own code, nor of the exception that it caught"


@pytest.mark.slow
def test_a_fault_of_the_books_own_code_is_shown_with_its_place(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(book, "from bptt.kernel import sizes\nsizes(3)")
    assert execute(book) == 1
    said = capsys.readouterr().err
    assert "----> 2 sizes(3)" in said
    assert "names.split()" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["def one():\n    1 / 0", "'fine'\none()"], "code cell 2: one()"),
        (["fine = 1\nfor x in y\n    pass"], "code cell 1: for x in y"),
        (["\n\nfine = 1\n1 / 0"], "code cell 1: 1 / 0"),
        (
            ["try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('other')"],
            "code cell 1: raise KeyError('other')",
        ),
        ([f"sum([{'1, ' * 100}None])"], f"code cell 1: sum([{'1, ' * 31}1…\n"),
    ],
    ids=["in a function", "unreadable", "blank lines before", "while handling another", "long"],
)
def test_a_failure_shows_the_line_that_failed(
    book: Path, capsys: pytest.CaptureFixture[str], cells: list[str], told: str
) -> None:
    write(book, *cells)
    assert execute(book) == 1
    assert told in capsys.readouterr().err


@pytest.mark.slow
def test_a_dead_kernel_is_a_failure(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(book, "import os\nos._exit(1)")
    assert execute(book) == 1
    assert "chapters/one, code cell 1: import os\nthe kernel died" in capsys.readouterr().err


@pytest.mark.slow
def test_a_cell_that_never_ends_is_a_failure(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 1)
    write(book, "while True: pass")
    assert execute(book) == 1
    assert "code cell 1: while True: pass\nthe cell took longer than 1 s" in capsys.readouterr().err


# ---- make

Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """GNU make in an empty folder, on a machine that has a shell, awk, and the pythons given as scripts."""
    for file in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / file, tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "awk", "rm"):
        (programs / name).symlink_to(str(shutil.which(name)))

    def run(*arguments: str, **pythons: str) -> subprocess.CompletedProcess[str]:
        for name, script in pythons.items():
            program = programs / name
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return subprocess.run(
            [str(shutil.which("make")), *arguments],
            cwd=tmp_path,
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
        )

    return run


def python_where(statement: str) -> str:
    """Script a python in which the statement holds, and which only says that it would make a venv."""
    says = 'if [ "$1" = -m ]; then echo "$0 $@"; exit; fi'
    return f'{says}; exec "{sys.executable}" -c "import sys; {statement}; $2"'


OLD = python_where("sys.version_info = (3, 9, 18)")
BARE = python_where("sys.modules['ensurepip'] = None")
GOOD = python_where("pass")
BROKEN = "echo 'pyenv: python3: command not found' >&2; exit 127"


def test_bare_make_lists_every_command(make: Make) -> None:
    listed = make().stdout
    commands = re.search(r"^\.PHONY: help (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert commands
    assert re.findall(r"^  make (\w+) +\w", listed, re.MULTILINE) == commands[1].split()


@pytest.mark.parametrize(
    "pythons",
    [{}, {"python3": OLD}, {"python3": BROKEN, "python": OLD}],
    ids=["none", "old", "broken and old"],
)
def test_without_a_python_make_says_what_to_install(make: Make, pythons: dict[str, str]) -> None:
    done = make("book", **pythons)
    assert done.returncode
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert said[0].startswith("No Python 3.11 or newer found: install one")


def test_without_venv_make_says_what_to_install(make: Make) -> None:
    done = make("book", python3=BARE, python=OLD)
    assert done.returncode
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert said[0].startswith("python3 has no venv or ensurepip: install them first")


def test_make_takes_the_first_python_that_will_do(make: Make) -> None:
    pythons = {"python3": BROKEN, "python3.11": OLD, "python3.12": BARE, "python3.13": GOOD, "python": GOOD}
    done = make(".venv/bin/python", **pythons)
    assert done.stdout.strip().endswith("/python3.13 -m venv --clear .venv")


def test_a_named_python_is_taken_or_refused(make: Make) -> None:
    done = make(".venv/bin/python", "PYTHON=mine", python3=GOOD, mine=GOOD)
    assert done.stdout.strip().endswith("/mine -m venv --clear .venv")
    refused = make(".venv/bin/python", "PYTHON=ours", python3=GOOD, ours=OLD)
    assert refused.returncode
    assert "No Python 3.11 or newer found at ours" in refused.stderr


def test_make_unpacks_the_notebooks_that_the_site_offers_and_keeps_no_others(
    make: Make, tmp_path: Path
) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    archive = tmp_path / "_build/html" / downloads.FOLDER / downloads.ARCHIVE
    archive.parent.mkdir(parents=True)
    for page in ("old", "new"):
        downloads.write_archive(archive, {f"{page}.ipynb": b"{}"})
        assert make("--old-file=book", "notebooks").returncode == 0
        assert [file.name for file in (tmp_path / "_build/notebooks/unrolled").iterdir()] == [f"{page}.ipynb"]


# ---- what is pinned


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.txt", ["book"]), ("requirements-dev.txt", ["book", "dev"])]
)
def test_a_lock_pins_what_the_project_declares(lock: str, extras: list[str]) -> None:
    text = (ROOT / lock).read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = sum((project["optional-dependencies"][extra] for extra in extras), project["dependencies"])
    names = {re.split(r"[^\w-]", entry)[0].lower().replace("_", "-") for entry in declared}
    pins = dict(re.findall(r"^([\w-]+)==(\S+)", text, re.MULTILINE))
    assert names <= pins.keys()
    assert pins["jupyter-book"].startswith("1.")
    assert "://" not in text
    assert not re.search(r"^[\w-]+==[^\\]*\n(?! +--hash=sha256:)", text, re.MULTILINE)


def test_the_development_lock_agrees_with_the_lock() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[\w-]+==[^\s;]+", (ROOT / lock).read_text(), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
