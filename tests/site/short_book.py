"""A book of two short pages, with the book's own settings."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
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
