"""A book of two short pages, with the book's own settings."""

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What a build imports, which takes longer than to build a short book.
IMPORTED = (
    "bptt.site.extension",
    "jupyter_book.cli.main",
    "myst_nb.sphinx_ext",
    "sphinx.builders.html",
    "sphinx_book_theme",
    "sphinx_design",
    "sphinxcontrib.bibtex",
)
TIME = 60  # processor seconds after which a build has not come to an end
HEADER = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
CONTENTS = """format: jb-book
root: index
parts:
- caption: One product
  chapters:
  - file: chapters/one
"""


def write(book: Path, index: str, chapter: str) -> Path:
    """Make the folder of a book whose first page and chapter are given as MyST."""
    (book / "chapters").mkdir(parents=True)
    config = (ROOT / "_config.yml").read_text("utf-8")
    config = config.replace("      - bptt.site.ledger_pages\n", "")  # it has no ledger
    (book / "_config.yml").write_text(config, "utf-8")
    for folder in ("_static", "_templates"):
        shutil.copytree(ROOT / folder, book / folder)
    for file in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "references.bib"):
        shutil.copy(ROOT / file, book)
    (book / "src/bptt").mkdir(parents=True)
    (book / "src/bptt/__init__.py").write_text('"""A package."""\n')
    (book / "node_modules").symlink_to(ROOT / "node_modules")
    (book / "_toc.yml").write_text(CONTENTS)
    (book / "index.md").write_text(index, "utf-8")
    (book / "chapters/one.md").write_text(HEADER + chapter, "utf-8")
    return book


@cache
def nursery() -> subprocess.Popen[str]:
    """Start the process that a build is forked from. This one waits for its end: its time counts."""
    program = [sys.executable, ROOT / "tests/breaks/nursery.py", *IMPORTED]
    process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    atexit.register(process.communicate)
    return process


def build(book: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `jupyter-book build` with these options."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        asked = {
            "folder": str(book),
            "path": [],
            "call": "jupyter_book.cli.main",
            "options": ["build", ".", *options],
            "environment": {},
            "said": str(said),
            "limit": TIME,
        }
        process = nursery()
        assert process.stdin
        assert process.stdout
        print(json.dumps(asked), file=process.stdin, flush=True)
        code, _ = process.stdout.readline().split()
        return subprocess.CompletedProcess(options, int(code), said.read_text("utf-8"), "")
