"""The files of a site, and what can be held against them: each check lists its complaints."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag


class Page(HTMLParser):
    """A page's links, what it loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value or "")
            elif name == "href" and tag in ("a", "area"):
                self.links.append(value or "")
            elif name == "srcset":
                self.loads += [candidate.split()[0] for candidate in (value or "").split(",")]
            elif name in ("src", "href", "data", "poster"):
                self.loads.append(value or "")
            elif name == "style":
                self.loads += addresses_in_css(value or "")


@cache
def parsed(text: str) -> Page:
    """Read a page once for all checks."""
    return Page(text)


def addresses_in_css(text: str) -> list[str]:
    return re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", text)


def foreign_loads(folder: Path) -> list[str]:
    """List what pages and style sheets would load from another machine."""
    loads = [
        (file, address)
        for pattern, read in (("*.html", lambda text: parsed(text).loads), ("*.css", addresses_in_css))
        for file in folder.rglob(pattern)
        for address in read(file.read_text("utf-8"))
    ]
    return [f"{file.name}: {address}" for file, address in loads if re.match(r"(https?:)?//", address)]


def broken_links(folder: Path) -> list[str]:
    """List what pages and style sheets link to or load inside the site that is no file, or no place in it."""
    pages = {
        file.resolve(): parsed(file.read_text("utf-8"))
        for file in folder.rglob("*.html")
        if "_static" not in file.parts
    }
    links = [(file, link) for file, page in pages.items() for link in page.links + page.loads]
    for file in folder.rglob("*.css"):
        links += [(file.resolve(), link) for link in addresses_in_css(file.read_text("utf-8"))]
    broken = []
    for file, link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
        lost = parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places
        outside = not target.is_relative_to(folder.resolve())
        if outside or not target.is_file() or (lost and parts.fragment != "top"):
            broken.append(f"{file.name}: {link}")
    return broken


def heavy_scripts(folder: Path) -> list[str]:
    """List what a page asks for and does not use: icons as a script, Bootstrap's, the index of the search."""
    return [
        f"{file.name}: {address}"
        for file in folder.rglob("*.html")
        if file.name != "search.html" and "_static" not in file.parts
        for address in parsed(file.read_text("utf-8")).loads
        if re.search(r"fontawesome|bootstrap|searchindex|togglebutton|thebe", address)
    ]


def unset_formulas(folder: Path) -> list[str]:
    """List the pages that show the source of a formula, KaTeX's error or Sphinx's."""
    marks = ('class="katex-error"', 'class="system-message"', "\\(", "\\[")
    return [
        f"{file.name}: {mark}"
        for file in folder.rglob("*.html")
        for mark in marks
        if mark in re.sub(r"(?s)<(script|pre|annotation)\b.*?</\1>", "", file.read_text("utf-8"))
    ]


def unspoken_images(folder: Path) -> list[str]:
    """List the images whose alternative text is not a phrase: none, a file's name, a word or two."""
    return [
        f"{file.name}: {image}"
        for file, image in elements(folder, r"<img\b[^>]*>")
        if len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\S+[./]\S+", "", str(image.get("alt", ""))))) < MOST_TERSE
    ]


MOST_TERSE = 4  # words that say what a picture shows


def wordless_headers(folder: Path) -> list[str]:
    """List the headers of tables that have no word beside their formulas: they are often not read aloud."""
    wordless = []
    for file, header in elements(folder, r"(?s)<th\b.*?</th>"):
        said = str(header)
        for formula in header.select(".math, .katex"):
            formula.extract()
        if not re.search(r"\w", header.get_text()):
            wordless.append(f"{file.name}: {said}")
    return wordless


def elements(folder: Path, pattern: str) -> Iterator[tuple[Path, Tag]]:
    """Parse what a pattern finds in the pages, each match an element."""
    for file in sorted(folder.rglob("*.html")):
        if "_static" not in file.parts:
            for match in re.findall(pattern, file.read_text("utf-8")):
                yield file, next(BeautifulSoup(match, "html.parser").children)


CHECKS = [foreign_loads, broken_links, unset_formulas, heavy_scripts, unspoken_images, wordless_headers]
