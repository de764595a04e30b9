"""What the first page shows and nobody types: a map of the chapters, what can be downloaded, how to cite.

Four directives: ``chapter-map``, ``downloads``, ``install`` and ``citation``.
"""

import json
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx_external_toc.api import TocTree
from sphinx_external_toc.parsing import parse_toc_yaml

from bptt.site import downloads


class Map(nodes.General, nodes.Element):
    """The place of the map, until all pages are read and their titles known."""


class ChapterMap(SphinxDirective):
    """Every part of the table of contents with its chapters, which the style sheet draws as a picture."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(Path(self.env.srcdir) / "_toc.yml"))
        return [Map()]


def draw_map(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for place in doctree.findall(Map):
        place.replace_self(chapter_map(app, page))


def chapter_map(app: Sphinx, page: str) -> nodes.Element:
    drawn = nodes.container(classes=["map"])
    for part in parts(Path(app.srcdir)):
        drawn += nodes.paragraph("", part.caption or "", classes=["part"])
        chapters = nodes.bullet_list()
        for chapter in map(str, part.items):
            title = app.env.titles[chapter].deepcopy()
            link = make_refnode(app.builder, page, chapter, "", title.children)
            chapters += nodes.list_item("", nodes.paragraph("", "", link))
        drawn += chapters
    return drawn


def parts(root: Path) -> list[TocTree]:
    """Read the parts of the table of contents, each with its caption and its chapters."""
    return list(parse_toc_yaml(root / "_toc.yml").root.subtrees)


class Downloads(SphinxDirective):
    """Links to what the site offers as a whole. They are relative to the first page."""

    def run(self) -> list[nodes.Node]:
        listing = downloads.listing_file(self.env.app)
        self.env.note_dependency(str(listing))
        items = [
            nodes.list_item("", nodes.paragraph("", "", download(f"{downloads.FOLDER}/{file}", words)))
            for file, words in json.loads(listing.read_text("utf-8")).items()
        ]
        return [nodes.bullet_list("", *items, classes=["downloads"])]


def download(address: str, words: str) -> nodes.reference:
    return nodes.reference("", words, refuri=address, internal=True)


CITATION = "CITATION.cff"


class Install(SphinxDirective):
    """How to install the package, from the site where its address is known, else from a file of it."""

    def run(self) -> list[nodes.Node]:
        line = install_line(Path(self.env.srcdir), self.env.config.html_baseurl)
        return [nodes.literal_block(line, line, language="console", classes=["wrapped"])]


def install_line(root: Path, site: str) -> str:
    wheel = downloads.wheel_name(root)
    return f"pip install {f'{site}{downloads.FOLDER}/' if site else './'}{wheel}"


BIBTEX = """@software{{unrolled,
 author = {{{{{author}}}}},
 title = {{{{{title}}}}},
 version = {{{version}}}
}}"""


class Citation(SphinxDirective):
    """How to cite the book."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / CITATION))
        line, bibtex = cited(root)
        block = nodes.literal_block(bibtex, bibtex, language="bibtex", classes=["wrapped"])
        return [nodes.paragraph("", line), block]


def cited(root: Path) -> tuple[str, str]:
    """Say how to cite the book, in a line and in BibTeX."""
    about = yaml.safe_load((root / CITATION).read_text("utf-8"))
    author = " and ".join(named(person) for person in about["authors"])
    bibtex = BIBTEX.format(title=about["title"], author=author, version=about["version"])
    return f"{author}. {about['title']}. Version {about['version']}.", bibtex


def named(person: dict[str, str]) -> str:
    return person.get("name") or f"{person['given-names']} {person['family-names']}"


def setup(app: Sphinx) -> None:
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("downloads", Downloads)
    app.add_directive("install", Install)
    app.add_directive("citation", Citation)
    app.add_node(Map)
    app.connect("doctree-resolved", draw_map)
