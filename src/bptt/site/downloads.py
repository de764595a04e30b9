"""Offer what a reader can take away: each page's notebook, all of them in one archive, the package, the PDF.

A notebook that was downloaded runs anywhere where the package's wheel is installed, and says so itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from bptt.site import notebooks, pdf

FOLDER = "downloads"  # of the site
ARCHIVE = "unrolled-notebooks.zip"
PDF = "unrolled{}.pdf"  # of an edition
LONG_AGO = (2020, 1, 1, 0, 0, 0)  # one date for everything: the same book gives the same archive

INSTALL = """**To run this notebook** you need Python 3.11 or newer and the book's package, \
the file `{wheel}`, which the site has at `{address}`.
With both in one folder:

```
pip install jupyterlab ./{wheel}
jupyter lab
```
"""


def project(root: Path) -> dict[str, Any]:
    """Read what the project says of itself."""
    declared: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return declared


def wheel_name(root: Path) -> str:
    """Name the wheel, which can so be linked to before it is built."""
    return "{name}-{version}-py3-none-any.whl".format(**project(root))


def write_wheel(root: Path, folder: Path) -> Path:
    """Build the package's wheel, from nothing but what is installed; the same sources give the same bytes."""
    for old in folder.glob("*.whl"):
        old.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", str(folder), str(root)],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ExtensionError(f"the wheel cannot be built: {done.stderr.strip()}")
    wheel = folder / wheel_name(root)
    wheel.chmod(0o644)  # it was made for its maker alone
    return wheel


def installable(notebook: NotebookNode, wheel: str, site: str = "") -> NotebookNode:
    """Put in front of a notebook how to install what it needs."""
    first = new_markdown_cell(INSTALL.format(wheel=wheel, address=f"{site}{FOLDER}/{wheel}"))
    first.id = "install"
    notebook.cells.insert(0, first)
    notebook.metadata.pop("source_map", None)  # the lines that its cells had in the page
    return notebook


def write_archive(file: Path, contents: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"unrolled/{name}", LONG_AGO)
            archive.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED)


def write_downloads(app: Sphinx) -> None:
    """Put the wheel, the notebooks with their outputs and an archive of all into the site."""
    site = Path(app.outdir)
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wheel = write_wheel(Path(app.srcdir), folder)
    contents = {wheel.name: wheel}
    for page, notebook in notebooks.outputs(Path(app.srcdir)).items():
        file = site / "_sources" / f"{page}.ipynb"
        contents[f"{page}.ipynb"] = notebooks.write(
            installable(notebook, wheel.name, app.config.html_baseurl), file
        )
    write_archive(folder / ARCHIVE, contents)
    copy_pdf(Path(app.srcdir), folder)
    listing, text = listing_file(app), json.dumps(offered(Path(app.srcdir)))
    if not listing.exists() or listing.read_text("utf-8") != text:
        listing.write_text(text, "utf-8")


def copy_pdf(root: Path, folder: Path) -> None:
    """Offer a PDF if `make pdf` printed it from the book as it now stands, and no other."""
    for edition in pdf.EDITIONS:
        printed, offer = pdf.pdf_file(root, edition), folder / PDF.format(edition)
        if printed.exists():
            shutil.copy2(printed, offer)
        else:
            offer.unlink(missing_ok=True)


def listing_file(app: Sphinx) -> Path:
    """Say where it is written what the site offers: a page that shows it is read again when that changes."""
    return Path(app.outdir).parent / "downloads.json"


def offered(root: Path) -> dict[str, str]:
    """Name the files that the site offers as a whole, each with what it is."""
    found = {ARCHIVE: "all notebooks, with their outputs and the package (zip)"}
    for edition, words in pdf.EDITIONS.items():
        if pdf.pdf_file(root, edition).exists():
            found[PDF.format(edition)] = words
    return found | {wheel_name(root): "the package (wheel)"}
