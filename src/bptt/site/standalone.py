"""Make a notebook of a page that is whole by itself: no MyST, its numbers with it, what it needs in one cell.

The site's page is made of the executed notebook as it is. A reader's copy goes through here, when all pages
are read and their equations numbered.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

import nbformat
from docutils.nodes import make_id
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pybtex.database import Entry, parse_file
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from bptt.book.commonmark import Block, CommonMark, Directive, NotCommon, folded
from bptt.book.evidence import ARGUED, MIME
from bptt.book.notebook import shown
from bptt.site import downloads, ledger, ledger_text, living, notebooks, pdf
from bptt.site.landing import cited, install_line, parts
from bptt.site.reading import annotated_notebook

SOLUTION, RESULT = "Solution", "Result"  # what stands on a fold
HIDDEN = {"hide-input", "remove-input", "remove-cell"}  # tags of a cell whose code a page does not show
IMAGES = {"image/png", "image/svg+xml"}
ADDRESSES = [("doi", "https://doi.org/{}"), ("eprint", "https://arxiv.org/abs/{}"), ("url", "{}")]
METADATA = "unrolled"  # what a notebook knows of the book stands under this name

BEGINNING = """This notebook is a page of *{book}*: **{title}**.
The book derives every formula of backpropagation through time, proves it for all sizes and runs it.
{place}
Run the next cell first: it installs what the others need."""

# What is imported here is of no use to the chapter, and takes no name from it.
SETUP = """\
# Setup: run this cell first. It installs the book's package where that is missing.
import importlib.metadata
import pathlib

class Setup(Exception):
    def _render_traceback_(self):
        return [str(self)]

def installed():
    importlib.invalidate_caches()
    return next((found.version for found in importlib.metadata.distributions(name="{package}")), None)

if installed() is None:
    folders = [pathlib.Path.cwd(), *pathlib.Path.cwd().parents[:2]]
    beside = [file for folder in folders for file in folder.glob("{package}-*.whl")]
    wheel = next((file for file in beside if file.name == "{wheel}"), "{address}")
    if wheel:
        %pip install --quiet {{wheel}}
    elif beside:
        raise Setup(f"{{beside[0].name}} is of another version: put {wheel} beside this notebook instead.")
if installed() is None:
    raise Setup("Put {wheel}, the book's package, beside this notebook, and run this cell again.")
if installed() != "{version}":
    raise Setup(f"{package} {{installed()}} is installed, and this notebook needs {wheel}.")

from bptt.book import numbered, quoted

numbered({numbers})
quoted({quotes})"""


def write_notebooks(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put the notebooks, and the archives of them with the wheel, into the site; no page is read again.

    To make them takes seconds, so those that the site has of this state of the book stay.
    """
    root, site = Path(app.srcdir), Path(app.outdir)
    archives = {downloads.ARCHIVE: True, downloads.WITHOUT_SOLUTIONS: False}
    state = notebooks.state_of(root, *pdf.MADE_FROM, "README.md", "LICENSE")  # these two are in the wheel
    if all(downloads.state_of(site / downloads.FOLDER / archive) == state for archive in archives):
        return []
    executed = {page: found for page, found in notebooks.outputs(root).items() if can_be_run(found)}
    if readings := getattr(app, "readings", {}):  # a short book has no ledger
        executed = {page: annotated_notebook(readings[page], found) for page, found in executed.items()}
    book = Book(env, list(executed))
    wheel = downloads.wheel_name(root)
    for archive, solutions in archives.items():
        contents = {f"{page}.ipynb": book.file(page, executed[page], solutions) for page in executed}
        contents[wheel] = (site / downloads.FOLDER / wheel).read_bytes()
        downloads.write_archive(site / downloads.FOLDER / archive, contents, state)
        if solutions:
            replace(site / "_sources", {name: text for name, text in contents.items() if name != wheel})
    return []


def can_be_run(executed: NotebookNode) -> bool:
    """Tell whether a page shows code: where it is all hidden, there is nothing to run."""
    code = (cell for cell in executed.cells if cell.cell_type == "code")
    return any(not HIDDEN & set(cell.metadata.get("tags", ())) for cell in code)


def replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Let a folder hold these notebooks, and no others."""
    for old in folder.rglob("*.ipynb"):
        old.unlink()
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


class Book:
    """Makes notebooks of the pages of a book that has been read.

    ``offered`` names the pages that have a notebook, in their order. A link leads to the site where its
    address is known, else to the notebook beside this one, and else nowhere.
    """

    def __init__(self, env: BuildEnvironment, offered: list[str]) -> None:
        self.root, self.offered = Path(env.srcdir), offered
        self.name, self.site = env.config.html_title, env.config.html_baseurl
        self.project, self.wheel = downloads.project(self.root), downloads.wheel_name(self.root)
        self.titles = {page: title.astext() for page, title in env.titles.items()}
        self.places = {label: page for label, (page, _) in env.domains["math"].data["objects"].items()}
        self.numbers = {
            label: number(env, page, "displaymath", make_id(f"equation-{label}"))
            for label, page in self.places.items()
        }
        self.anchors = env.domains["std"].data["anonlabels"] | {
            label: place[:2] for label, place in env.domains["std"].data["labels"].items()
        }
        self.quotes = {  # a short book has no ledger
            row.id: "\n".join([*ledger_text.quotation(row.record), ""])
            for row in getattr(env.app, "ledger", ())
        }
        self.env = env
        self.cited = {
            key: Cited(entry)
            for file in env.config.bibtex_bibfiles
            for key, entry in parse_file(str(self.root / file)).entries.items()
        }
        self.directives: dict[str, Directive] = {
            "chapter-map": self.chapter_map,
            "downloads": lambda _: "The site's first page offers it.",
            "install": lambda _: fenced(install_line(self.root, self.site)),
            "citation": self.citation,
        }

    def notebook(self, page: str, executed: NotebookNode, solutions: bool = True) -> NotebookNode:
        """Make the notebook of a page, with its solutions or without them."""
        cells = Text(self, page, solutions).cells(executed)
        numbers = {label: self.numbers[label] for label in labels_in(executed) if label in self.numbers}
        quotes = {record: self.quotes[record] for record in answered_in(executed)}
        setup = new_code_cell(
            self.setup(numbers, quotes), id="setup", metadata={"jupyter": {"source_hidden": True}}
        )
        beginning = new_markdown_cell(self.beginning(page), id="beginning")
        metadata = {key: executed.metadata[key] for key in ("kernelspec", "language_info")}
        metadata[METADATA] = {"page": page, "version": self.project["version"], "numbers": numbers}
        return new_notebook(cells=[beginning, setup, *cells], metadata=metadata)

    def file(self, page: str, executed: NotebookNode, solutions: bool) -> bytes:
        return nbformat.writes(self.notebook(page, executed, solutions)).encode()

    def beginning(self, page: str) -> str:
        """Say what the notebook is, and between which others it belongs."""
        there = f"{self.site}{page}.html"
        place = [f"On the site it is [{there}]({there})."] if self.site else []
        for before, after in pairwise(self.offered):
            if after == page:
                place.append(f"Before it comes {self.link(page, before, self.titles[before])}.")
            if before == page:
                place.append(f"After it comes {self.link(page, after, self.titles[after])}.")
        return BEGINNING.format(title=self.titles[page], book=self.name, place="\n".join(place))

    def setup(self, numbers: Mapping[str, str], quotes: Mapping[str, str]) -> str:
        return SETUP.format(
            package=self.project["name"],
            version=self.project["version"],
            wheel=self.wheel,
            address=f"{self.site}{downloads.FOLDER}/{self.wheel}" if self.site else "",
            numbers=json.dumps(numbers),
            quotes=json.dumps(quotes, ensure_ascii=False),
        )

    def link(self, here: str, page: str, words: str, anchor: str = "") -> str:
        """Link words to a page of the book, from the notebook of another."""
        if self.site:
            return f"[{words}]({self.site}{page}.html{f'#{anchor}' if anchor else ''})"
        if page in self.offered and page != here:
            return f"[{words}]({relpath(f'{page}.ipynb', dirname(here) or '.')})"
        return words

    def chapter_map(self, block: Block) -> str:
        """List every part with its chapters, from the first page, where the site draws a map of them."""
        lines = []
        for part in parts(self.root):
            lines += [f"\n**{part.caption}**\n"]
            lines += [f"- {self.link('', page, self.titles[page])}" for page in map(str, part.items)]
        return "\n".join(lines)

    def citation(self, block: Block) -> str:
        line, bibtex = cited(self.root)
        return f"{line}\n\n{fenced(bibtex)}"


class Cited:
    """A reference, cited by its authors and its year, which lead to it where it has an address."""

    def __init__(self, entry: Entry) -> None:
        names = [" ".join(person.last_names) for person in entry.persons["author"]]
        self.authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        self.year = entry.fields["year"]
        self.address = next(
            (at.format(entry.fields[key]) for key, at in ADDRESSES if key in entry.fields), ""
        )

    def link(self, between: str, around: str = "{}") -> str:
        year = f"[{self.year}]({self.address})" if self.address else self.year
        return f"{self.authors}{between}{around.format(year)}"


class Text:
    """Writes one page in common Markdown."""

    def __init__(self, book: Book, page: str, solutions: bool) -> None:
        self.book, self.page, self.solutions = book, page, solutions
        self.attached: dict[str, dict[str, str]] = {}
        roles = {
            "eq": self.eq,
            "doc": self.doc,
            "ref": self.ref,
            "cite:p": self.cite_p,
            "cite:t": self.cite_t,
        }
        directives = {
            "figure": self.figure,
            "include": self.include,
            "dropdown": self.dropdown,
            "unrolled": self.unrolled,
        }
        self.commonmark = CommonMark(roles, directives | book.directives, book.numbers)

    def cells(self, executed: NotebookNode) -> Iterator[NotebookNode]:
        """Write the cells of a page, each under a name that is the same in every build."""
        written = (part for cell in executed.cells for part in self.parts(cell))
        for number, cell in enumerate(written, 1):
            cell.id = f"cell-{number}"
            yield cell

    def parts(self, cell: NotebookNode) -> Iterator[NotebookNode]:
        """Write a cell: a figure gets its caption, and what is folded a text of its own.

        A program that folds a cell shows the first line of its output, or does not fold it at all.
        """
        if cell.cell_type != "code":
            self.attached = {}
            source = self.common(cell.source)
            yield new_markdown_cell(source, **({"attachments": self.attached} if self.attached else {}))
            return
        tags = set(cell.metadata.get("tags", ()))
        outputs = [self.output(output) for output in cell.outputs]
        if "hide-cell" in tags:
            if self.solutions:
                yield new_markdown_cell(
                    folded(SOLUTION, f"{fenced(cell.source)}\n\n{result(outputs)}").strip()
                )
            return
        hidden = {"source_hidden": True} if tags & HIDDEN else {}
        metadata = {"jupyter": hidden} if hidden else {}
        if "hide-output" in tags:
            yield new_code_cell(cell.source, metadata=metadata)
            yield new_markdown_cell(folded(RESULT, result(outputs)).strip())
            return
        for output in outputs:
            for kind in IMAGES & set(output.get("data", ())):
                output.metadata.setdefault(kind, NotebookNode())["alt"] = cell.metadata.mystnb.image.alt
        yield new_code_cell(
            cell.source, metadata=metadata, outputs=outputs, execution_count=cell.execution_count
        )
        if figure := cell.metadata.get("mystnb", {}).get("figure"):
            if not any("image/png" in output.get("data", ()) for output in outputs):
                raise ExtensionError(f"{self.page}: the figure {figure['name']} was not drawn")
            yield new_markdown_cell(self.caption(figure["name"], figure["caption"]))

    def common(self, myst: str) -> str:
        try:
            return self.commonmark(myst)
        except NotCommon as error:
            raise ExtensionError(f"{self.page}: {error}") from error

    def output(self, output: NotebookNode) -> NotebookNode:
        """Write an output as a cell shows it that is run outside the book."""
        data = dict(output.get("data", {}))
        data.pop(MIME, None)
        if "text/markdown" in data:
            written = shown(data.pop("text/markdown"), self.book.numbers, self.book.quotes)
            data.update({"text/markdown": written} if written.strip() else {})  # a field is the page's alone
        return NotebookNode({**output, "data": data}) if data else output

    # ---- roles

    def eq(self, label: str, words: str) -> str:
        page = self.book.places[label]
        words = f"({self.book.numbers[label]})"
        return words if page == self.page else self.book.link(self.page, page, words, f"equation-{label}")

    def doc(self, target: str, words: str) -> str:
        page = normpath(join(dirname(self.page), target)).removeprefix("/")
        return self.book.link(self.page, page, words or self.book.titles[page])

    def ref(self, label: str, words: str) -> str:
        page, anchor = self.book.anchors[label]
        return self.book.link(self.page, page, words, anchor)

    def cite_p(self, keys: str, words: str) -> str:
        return f"[{'; '.join(self.book.cited[key].link(', ') for key in keys.split(','))}]"

    def cite_t(self, key: str, words: str) -> str:
        return self.book.cited[key].link(" ", "[{}]")

    # ---- directives

    def dropdown(self, block: Block) -> str:
        if block.argument.startswith(SOLUTION) and not self.solutions:
            return ""
        return folded(block.argument, self.common(block.content))

    def file(self, name: str) -> Path:
        return self.book.root / dirname(self.page) / name

    def figure(self, block: Block) -> str:
        """Attach a drawing as PNG, for a notebook shows no other that is attached."""
        file = self.file(block.argument).with_suffix(".png")
        self.attached[file.name] = {"image/png": b64encode(file.read_bytes()).decode()}
        caption = self.caption(block.options["name"], block.content)
        return f"![{block.options['alt']}](attachment:{file.name})\n\n{caption}"

    def unrolled(self, block: Block) -> str:
        """Show the still of the living figure: a notebook has no script of the site."""
        drawn = living.still(self.book.root, block.options)
        picture = f"![{drawn.words}](data:image/svg+xml;base64,{b64encode(drawn.paper.encode()).decode()})"
        return f"{picture}\n\n{self.common(block.content)}"

    def caption(self, name: str, myst: str) -> str:
        shown_as = number(self.book.env, self.page, "figure", self.book.anchors[name][1])
        return f"**Fig. {shown_as}.** {self.common(myst)}"

    def include(self, block: Block) -> str:
        return self.common(self.file(block.argument).read_text("utf-8"))


def fenced(text: str) -> str:
    return f"```\n{text}\n```"


def result(outputs: Iterable[NotebookNode]) -> str:
    """Write the outputs of a cell as text."""
    return "\n\n".join(
        data.get("text/markdown") or data.get("text/latex") or fenced(data.get("text/plain") or data["text"])
        for data in (output.get("data", output) for output in outputs)
    )


def number(env: BuildEnvironment, page: str, kind: str, name: str) -> str:
    """Read the number that the site gives to an equation or a figure."""
    return ".".join(map(str, env.toc_fignumbers[page][kind][name]))


def labels_in(executed: NotebookNode) -> list[str]:
    """Name the equations that the outputs of a notebook show or point to."""
    found = ledger.shown(executed)
    return [label for output in found for label in (output["label"], *output.get("by", ()))]


def answered_in(executed: NotebookNode) -> list[str]:
    """Name the records that a notebook answers in words."""
    found = (output for output in ledger.shown(executed) if output["outcome"] == ARGUED)
    return [taken["id"] for output in found for taken in output["records"]]
