"""Offer what a reader can take away as a whole: the archives of notebooks, the package, the PDF."""

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

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from bptt.site import pdf

FOLDER = "downloads"  # of the site
ARCHIVE = "unrolled-notebooks.zip"
WITHOUT_SOLUTIONS = "unrolled-notebooks-without-solutions.zip"
PDF = "unrolled{}.pdf"  # of an edition
LONG_AGO = (2020, 1, 1, 0, 0, 0)  # one date for everything: the same book gives the same archive


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


def write_archive(file: Path, contents: Mapping[str, bytes], state: str = "") -> None:
    """Pack files, with the state of the book that they are of."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = state.encode()
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"unrolled/{name}", LONG_AGO)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def state_of(archive: Path) -> str:
    """Read which state of the book an archive is of, if there is one."""
    if not archive.exists():
        return ""
    with zipfile.ZipFile(archive) as packed:
        return packed.comment.decode()


def write_downloads(app: Sphinx) -> None:
    """Put the wheel and the PDF into the site, and write down what it offers before a page says so."""
    root, folder = Path(app.srcdir), Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_wheel(root, folder)
    copy_pdf(root, folder)
    listing, text = listing_file(app), json.dumps(offered(root))
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
    found = {
        ARCHIVE: "all notebooks, with their outputs and the package (zip)",
        WITHOUT_SOLUTIONS: "the same without the solutions of the exercises, for teachers (zip)",
    }
    for edition, words in pdf.EDITIONS.items():
        if pdf.pdf_file(root, edition).exists():
            found[PDF.format(edition)] = words
    return found | {wheel_name(root): "the package (wheel)"}
