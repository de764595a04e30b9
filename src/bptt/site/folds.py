"""Fold what a reader does not read first: the code of claims and definitions, and cells that show nothing.

Numbers and plain SymPy stay open, for they are the lesson. A fold opens without scripts; the switch above a
page (`_static/site.js`) opens all of them.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class FoldCode(SphinxPostTransform):
    """Put the code of a claim beside its verdict, and behind a line of its own what has no output."""

    default_priority = 150  # when the outputs are chosen, before MyST-NB folds what an author tagged
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for cell in list(self.document.findall(is_open)):
            source, *outputs = cell.children
            said = [verdict for output in outputs for verdict in output.findall(is_verdict)]
            if said:
                cell.remove(source)
                said[-1] += folded(source)
            elif not outputs:
                cell.replace(source, folded(source))


def is_open(node: nodes.Node) -> bool:
    """Tell whether a node is a cell whose code is shown, and which its author has not folded."""
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code"
        and "hide_mode" not in node
        and bool(node.children)
        and node.children[0].get("nb_element") == "cell_code_source"  # type: ignore[attr-defined]
    )


def is_verdict(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "verdict" in node["classes"]


def folded(source: nodes.Element) -> nodes.Element:
    return HideCodeCellNode("", source, prompt_show="Code", prompt_hide="Code", classes=["code"])


def setup(app: Sphinx) -> None:
    app.add_post_transform(FoldCode)
