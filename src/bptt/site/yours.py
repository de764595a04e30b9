"""The field in which a reader's own formula is checked, by the program that checked the book's.

A page has one for each question by the directive ``check-yours``, which takes the question's name:

    ```{check-yours} h[t]
    :title: $\\partial L/\\partial h^{(t)}$
    What is asked, and folded hints.
    ```

Of those with a title `_static/check-yours.js` makes a ladder, whose rungs are the sections of the page.
Without content it is a field in place, under an exercise of a chapter. The program itself, `check.js`, is
written into the site where a page has such a field, and loaded when one is entered.
"""

from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import unchanged_required
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bptt.site.micropython.script import NotAsExpected, script

SCRIPT = "_static/check-yours.js"
PROGRAM = "_static/check.js"
PAGE = "/chapters/check-yours"
NOTED = "check-yours"  # in what is known of a page that has a field


class Question(nodes.General, nodes.Element):
    """A question with its field, whose children are what is said of it."""


class Title(nodes.TextElement):
    """The title of a question: a heading that stands in no table of contents."""


class CheckYours(SphinxDirective):
    """The field for the question of this name; the content is what is asked, and the hints."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"title": unchanged_required}

    def run(self) -> list[nodes.Node]:
        question = Question(question=self.arguments[0])
        if title := self.options.get("title"):
            question += Title("", "", *self.parse_inline(title)[0])
        if self.content:
            self.state.nested_parse(self.content, self.content_offset, question)
        else:
            words = "Other questions, and hints"
            link = pending_xref(
                "", nodes.inline("", words), refdomain="std", reftype="doc", reftarget=PAGE, refexplicit=True
            )
            question += nodes.paragraph("", "", link, classes=["elsewhere"])
        self.env.metadata[self.env.docname][NOTED] = True
        return [question]


def visit(writer: HTML5Translator, node: Question) -> None:
    attributes = {"class": "yours", "data-question": node["question"]}
    writer.body.append(writer.starttag(node, "div", **attributes))


def depart(writer: HTML5Translator, node: Question) -> None:
    writer.body.append("</div>\n")


def visit_title(writer: HTML5Translator, node: Title) -> None:
    writer.body.append(writer.starttag(node, "h3", "", CLASS="asked"))


def depart_title(writer: HTML5Translator, node: Title) -> None:
    writer.body.append("</h3>\n")


def write_program(app: Sphinx, error: Exception | None) -> None:
    """Put the program into a site that has a field for it."""
    if error or not any(NOTED in about for about in app.env.metadata.values()):
        return
    try:
        text = script(Path(app.srcdir))
    except FileNotFoundError as missing:
        raise ExtensionError(f"{missing.filename} is not installed: run `npm ci` first") from missing
    except NotAsExpected as reason:
        raise ExtensionError(str(reason)) from reason
    (Path(app.outdir) / PROGRAM).write_text(text, "utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("check-yours", CheckYours)
    app.add_node(Question, html=(visit, depart))
    app.add_node(Title, html=(visit_title, depart_title))
    app.connect("build-finished", write_program)
