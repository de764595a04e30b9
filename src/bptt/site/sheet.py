"""The formula sheet: main results on two pages, each as it was proved, with what it assumes and its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bptt.site import ledger_text


class Sheet(SphinxDirective):
    """Equations of the book by their labels, a line each: what it is, a colon, the label."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # what was proved is in no file of its own
        proved: Mapping[str, Mapping[str, Any]] = self.env.app.proved  # type: ignore[attr-defined]
        lines: list[str] = []
        for line in filter(str.strip, self.content):
            words, _, label = line.rpartition(": ")
            if label not in proved:
                raise self.error(f"sheet: no equation {label} was proved")
            lines += item(words, proved[label])
        here = nodes.container(classes=["sheet"])
        self.state.nested_parse(StringList(lines, "sheet"), self.content_offset, here)
        return [here]


def item(words: str, output: Mapping[str, Any]) -> Iterator[str]:
    """Write one equation with its shapes, and under it what it is, for what it holds, and where."""
    facts = [f"for {output['proved_for']}", *output["assumes"]]
    yield ":::{container} result"
    yield from ledger_text.displayed(output["tex"])
    yield f"\n{words} {{eq}}`{output['label']}`: {', '.join(facts)}."
    yield from (":::", "")


def setup(app: Sphinx) -> None:
    app.add_directive("sheet", Sheet)
