"""Print the whole book: `python -m bptt.site.pdf` builds the site, prints it and puts the PDF into it.

The pages of the site are joined into one, which a Chromium prints: nothing is executed or set again, and
the equations keep their numbers.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from jinja2 import Environment, FileSystemLoader
from sphinx_external_toc.parsing import parse_toc_yaml

from bptt.site import notebooks

BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]
MADE_FROM = [  # what the pages of the site say and look like
    *("_config.yml", "_toc.yml", "_static", "_templates", "package-lock.json", "requirements.txt"),
    *("index.md", "chapters", "sources", "references.bib", "src", "pyproject.toml", "CITATION.cff"),
]


EDITIONS = {  # the end of a file's name, and what it holds
    "": "the whole book (PDF)",
    "-without-solutions": "the same without the solutions of its exercises (PDF)",
}


class CannotPrint(Exception):
    """The book cannot be printed, and why."""


@dataclass(frozen=True)
class Chapter:
    """A page of the book as a part of the whole."""

    page: str
    title: str
    body: str


@dataclass(frozen=True)
class Part:
    """Some chapters under one caption of the table of contents."""

    caption: str
    chapters: list[Chapter]


def pdf_file(root: Path, edition: str = "") -> Path:
    """Say where the PDF of the book is or would be. The name holds the book's state: no other PDF is its."""
    return root / "_build" / "pdf" / f"{notebooks.state_of(root, *MADE_FROM)}{edition}.pdf"


# ---- joining the pages


def parts(root: Path, address: str) -> list[Part]:
    """Read every page of the built site, in the order of the contents."""
    pages = notebooks.pages(root)
    contents = parse_toc_yaml(root / "_toc.yml").root.subtrees
    captions = {str(part.items[0]): part.caption or "" for part in contents}
    found: list[Part] = [Part("", [])]
    for page in pages:
        if page in captions:
            found.append(Part(captions[page], []))
        text = (root / "_build/html" / f"{page}.html").read_text("utf-8")
        body = within_book(between(text, '<article class="bd-article">', "</article>"), page, pages, address)
        title = between(body, "<h1>", '<a class="headerlink"')
        found[-1].chapters.append(Chapter(page, title, body))
    return found


def between(text: str, start: str, end: str) -> str:
    """Cut out what stands between the first start and the next end. Raises CannotPrint without them."""
    _, found, rest = text.partition(start)
    inside, ended, _ = rest.partition(end)
    if not (found and ended):
        raise CannotPrint(f"a page of the site has no {start} ... {end}")
    return inside


def within_book(html: str, page: str, pages: list[str], address: str) -> str:
    """Let a page stand among the others.

    Its ids get its name in front, links to pages lead to their places in the book, and links to other files
    of the site lead to its address; they are no links where it has none. The MathML that stands beside each
    formula is never printed; in a heading the printed formula itself is said, for the outline.
    """

    def attribute(match: re.Match[str]) -> str:
        name, value = match.groups()
        if name == "id":
            return f' id="{page}/{value}"'
        if urlsplit(value).scheme:
            return match[0]
        file, place = urldefrag(urljoin(f"{page}.html", value))
        if name == "src":
            return f' src="../html/{file}"'
        target = file.removesuffix(".html")
        if target in pages:
            return f' href="#{target}{"/" * bool(place)}{place}"'
        return f' href="{address}{file}"' if address else ""

    def tag(match: re.Match[str]) -> str:
        return re.sub(r'\s(id|href|src)="([^"]*)"', attribute, match[0])

    printed = re.sub(r'(?s)<span class="katex-mathml">.*?</math></span>', "", html)
    heard = re.sub(r"<h\d>.*", lambda heading: heading[0].replace(' aria-hidden="true"', ""), printed)
    return re.sub(r"<[a-z][^<>]*>", tag, heard)


def joined(root: Path, edition: str = "") -> str:
    """Make one page of the whole book; the browser takes out of it what an edition is without."""
    settings = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    cited = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    first = (root / "_build/html/index.html").read_text("utf-8")
    address = settings["html"]["baseurl"]
    sheets = re.findall(r'<link rel="stylesheet"[^>]* href="([^"?]*)', first)
    template = Environment(loader=FileSystemLoader(root / "_templates")).get_template("pdf.html")
    return template.render(
        book=cited,
        authors=settings["author"],
        address=address,
        solutions=not edition,
        styles=[f"../html/{sheet}" for sheet in sheets],
        parts=parts(root, address),
    )


# ---- printing


def chromium() -> str:
    """Find an installed Chromium or a browser made from it; CHROMIUM in the environment names another."""
    for name in [os.environ.get("CHROMIUM", ""), *BROWSERS]:
        if found := shutil.which(name):
            return found
    raise CannotPrint(
        "No Chromium found: install it (on Debian and Ubuntu: apt install chromium; elsewhere Chrome or Edge "
        "will do), or name it in the environment: CHROMIUM=/path/to/it."
    )


def print_page(page: Path, target: Path) -> None:
    """Print a page that is a file, with an outline of its headings."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            chromium(),
            "--headless",
            "--no-sandbox",  # which containers do not let it have; it opens nothing but the book
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            f"--print-to-pdf={target}",
            page.resolve().as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or not target.exists():
        raise CannotPrint(f"{command[0]} printed nothing:\n{done.stderr.strip()}")


def print_book(root: Path) -> None:
    """Print the built site, unless this state of it was printed before; CannotPrint says what is missing."""
    targets = {edition: pdf_file(root, edition) for edition in EDITIONS}
    if all(target.exists() for target in targets.values()):
        return
    folder = targets[""].parent
    shutil.rmtree(folder, ignore_errors=True)  # with the PDF of another state of the book
    folder.mkdir(parents=True)
    page = folder / "book.html"
    for edition, target in targets.items():
        page.write_text(joined(root, edition), "utf-8")
        print_page(page, target)


def main() -> int:
    try:
        chromium()  # before minutes are spent
        # Not above: the site's extension imports this module too, and needs no command line.
        from bptt.site import build

        if build.main():
            return 1
        print_book(Path())
    except CannotPrint as reason:
        print(reason, file=sys.stderr)
        return 1
    return build.main()  # the first page offers the PDF now


if __name__ == "__main__":
    sys.exit(main())
