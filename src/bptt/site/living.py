"""The living figure: a network with one unit, unrolled, which a reader can change and sweep through.

A page has it by the directive ``unrolled``, whose content is the caption, in MyST:

    ```{unrolled}
    :steps: 4
    :w: 0.8
    :u: 1
    :x: 0.5, -1, 0.7
    :h0: 0.2
    :loss: 4
    What to look at, and what to change.
    ```

``x`` begins anew where it is shorter than the sequence. ``loss`` shows the gradient of one step's loss alone,
``use`` the paths from one use of w (up to four steps), ``at`` how far the sweep has come: 0, then the states
1 to T, then the gradients T to 0; it is complete if not given. What is not said is as in `DEFAULTS`.

The picture is drawn by `_static/unrolled.js` alone: here in Node while the site is built, so that a page
without scripts, the PDF and a notebook have it too, and in a browser by what the reader does.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bptt.site import katex

SCRIPT = "_static/unrolled.js"
DEFAULTS = {"steps": "4", "w": "0.8", "u": "1", "x": "0.5, -1, 0.7, 0.2", "h0": "0.3"}
WHOLE = ("steps", "loss", "use", "at")
STILL = "console.log(JSON.stringify(require(process.argv[1]).still(JSON.parse(process.argv[2]))))"


@dataclass(frozen=True)
class Still:
    """The figure without scripts: its two forms in SVG, the formula under it, and the picture in words."""

    wide: str
    narrow: str
    line: str
    words: str

    @property
    def paper(self) -> str:
        """The picture by itself, of a size of its own, on paper since no page is behind it."""
        paper = '</style><rect width="100%" height="100%" fill="#fff"/>'
        return self.wide.replace("<svg ", '<svg width="680" ', 1).replace("</style>", paper, 1)


def settings(options: Mapping[str, str]) -> dict[str, Any]:
    """Read the options of the directive; ValueError where one is no number."""
    read: dict[str, Any] = {}
    for name, text in {**DEFAULTS, **options}.items():
        values = [float(value) for value in text.split(",")]
        read[name] = values if name == "x" else int(text) if name in WHOLE else values[0]
    return read


def still(root: Path, options: Mapping[str, str]) -> Still:
    """Draw the figure with these settings."""
    command = [str(katex.node()), "-e", STILL, str(root.resolve() / SCRIPT), json.dumps(settings(options))]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError(f"{SCRIPT}: {done.stderr}")
    return Still(**json.loads(done.stdout))


class Figure(nodes.General, nodes.Element):
    """The figure, whose children are its caption."""


class Unrolled(SphinxDirective):
    """The living figure, at the settings of its options; the content is its caption."""

    has_content = True
    option_spec = dict.fromkeys((*DEFAULTS, "loss", "use", "at"), unchanged)

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / SCRIPT))
        figure = Figure(opening=opening(root, self.options))
        self.state.nested_parse(self.content, self.content_offset, figure)
        return [figure]


def opening(root: Path, options: Mapping[str, str]) -> str:
    """Write the figure up to its caption: the still, and the settings for the script."""
    drawn = still(root, options)
    return (
        f'<figure class="unrolled" data-settings="{escape(json.dumps(settings(options)))}">'
        f'<div class="stills">{drawn.wide}{drawn.narrow}</div><p class="work">{drawn.line}</p><figcaption>'
    )


CLOSING = "</figcaption></figure>\n"


def visit(writer: HTML5Translator, node: Figure) -> None:
    writer.body.append(node["opening"])


def depart(writer: HTML5Translator, node: Figure) -> None:
    writer.body.append(CLOSING)


def setup(app: Sphinx) -> None:
    app.add_directive("unrolled", Unrolled)
    app.add_node(Figure, html=(visit, depart))
