"""Fold what a reader does not read first: the code of claims and definitions, and cells that show nothing.

Numbers and plain SymPy stay open, for they are the lesson. Beside a document's records, what settles them is
folded as a whole. Folds of one kind that follow each other are one. A fold opens without scripts; the switch
above a page (`_static/site.js`) opens the code.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from bptt.site import reading


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
                said[-1] += folded([source], "Code", "code")
                if is_printed(cell) and all("settles" in verdict["classes"] for verdict in said):
                    cell.children = [folded(cell.children, "How this was found", "found")]
            elif not outputs:
                cell.replace(source, folded([source], "Code", "code"))
        for cell in list(self.document.findall(is_folded)):
            before = cell.parent[max(cell.parent.index(cell) - 1, 0)]
            if before is not cell and is_folded(before) and before[0]["classes"] == cell[0]["classes"]:
                before[0] += cell[0].children
                cell.parent.remove(cell)
        for cell in self.document.findall(hides_its_code):
            cell["prompt_show"] = cell["prompt_hide"] = "Code"


def is_open(node: nodes.Node) -> bool:
    """Tell whether a node is a cell whose code is shown, and which its author has not folded."""
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code"
        and "hide_mode" not in node
        and bool(node.children)
        and node.children[0].get("nb_element") == "cell_code_source"  # type: ignore[attr-defined]
    )


def is_folded(node: nodes.Node) -> bool:
    """Tell whether a node is a cell of which nothing is shown but a fold."""
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code"
        and len(node.children) == 1
        and isinstance(node.children[0], HideCodeCellNode)
    )


def hides_its_code(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("hide_mode") == "input"


def is_verdict(node: nodes.Node) -> bool:
    return isinstance(node, nodes.admonition) and "verdict" in node["classes"]


def is_printed(cell: nodes.Node) -> bool:
    """Tell whether a cell stands where a document is read, beside the records that it settles."""
    while cell.parent is not None:
        cell = cell.parent
        if isinstance(cell, nodes.section) and reading.ANCHOR in cell["ids"]:
            return True
    return False


def folded(parts: list[nodes.Node], words: str, style: str) -> nodes.Element:
    return HideCodeCellNode("", *parts, prompt_show=words, prompt_hide=words, classes=[style])


def setup(app: Sphinx) -> None:
    app.add_post_transform(FoldCode)
