"""Write the ledger into the site: a Sphinx extension with three directives and the file ledger.json."""

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from bptt.site import ledger, ledger_text, notebooks, reading, search


class Ledger(SphinxDirective):
    """The records of one document or of one verdict, its doubts, an index of all, or the count of verdicts.

    The argument is a document's number such as 001, a verdict, ``doubts 001``, ``index``, or nothing.
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        # The page is read again when what it shows, and nothing else, has changed.
        sources = Path(self.env.srcdir) / "sources"
        for file in (ledger_file(self.env.app), sources / "documents.yml"):
            self.env.note_dependency(str(file))
        table = self.env.app.ledger  # type: ignore[attr-defined]
        what = self.arguments[0] if self.arguments else ""
        if what == "index":
            return [parsed(self, ledger_text.index(table), "ledger-index")]
        for row in table:
            if row.document == what:
                search.find(self.env, "record", row.id, f"ledger-{row.id.lower()}")
        documents = ledger.documents(sources.parent)
        lines = [ledger_text.title(documents[what]), ""] if what in documents else []
        lines += [ledger_text.about(table, what) if what else ledger_text.summary(table)]
        return parsed(self, "\n".join(lines)).children


class Quoted(SphinxDirective):
    """What a record quotes, above the answer to it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        table = self.env.app.ledger  # type: ignore[attr-defined]
        record = next(row.record for row in table if row.id == self.arguments[0])
        return parsed(self, "\n".join(ledger_text.quotation(record))).children


class Sheet(SphinxDirective):
    """Proved equations by their labels, a line each: what it is, a colon, the label."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # what was proved is in no file of its own
        proved = self.env.app.proved  # type: ignore[attr-defined]
        lines: list[str] = []
        for line in filter(str.strip, self.content):
            words, _, label = line.rpartition(": ")
            if label not in proved:
                raise self.error(f"sheet: no equation {label} was proved")
            lines += ledger_text.result(words, proved[label])
        return [parsed(self, "\n".join(lines), "sheet")]


def parsed(directive: SphinxDirective, text: str, *classes: str) -> nodes.Element:
    """Read a text as Markdown, where a directive stands."""
    here = nodes.container(classes=list(classes))
    lines = StringList(text.splitlines(), "ledger")
    directive.state.nested_parse(lines, directive.content_offset, here)
    return here


def ledger_file(app: Sphinx) -> Path:
    return Path(app.outdir).parent / "ledger.json"


def gather(app: Sphinx) -> None:
    """Judge every record by the executed notebooks; evidence that contradicts itself stops the build."""
    root = Path(app.srcdir)
    try:
        ledger.check_numbered(root)
        executed = notebooks.outputs(root)
        table = ledger.rows(ledger.inventory(root), executed)
        ledger.check_complete(table)
        text = ledger.as_json(table)
    except ledger.LedgerError as error:
        raise ExtensionError(f"the ledger: {error}") from error
    app.ledger = table  # type: ignore[attr-defined]
    app.proved = {  # type: ignore[attr-defined]
        output["label"]: output
        for notebook in executed.values()
        for output in ledger.shown(notebook)
        if output.get("proved_for")
    }
    app.readings = reading.of_pages(table, ledger.documents(root), executed)  # type: ignore[attr-defined]
    file = ledger_file(app)
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")


def publish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        (Path(app.outdir) / "ledger.json").write_bytes(ledger_file(app).read_bytes())


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("ledger", Ledger)
    app.add_directive("quoted", Quoted)
    app.add_directive("sheet", Sheet)
    app.connect("builder-inited", gather, priority=600)  # after the notebooks were executed
    app.connect("build-finished", publish)
    reading.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
