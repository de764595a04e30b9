"""Lets the page of references follow the others, and be a list: what sphinxcontrib-bibtex leaves undone."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def write_again(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Write the page again, whichever page has changed: it lists what all of them cite."""
    return {place.docname for place in env.domains["cite"].bibliographies}  # type: ignore[attr-defined]


def make_list(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Make items of the entries, without a number: they are found by their authors, who stand in the text.

    The roles that docutils gives to an entry are none that a reader's browser may have there.
    """
    for entries in list(doctree.findall(nodes.container)):
        if entries.children and all(isinstance(entry, nodes.citation) for entry in entries):
            items = (nodes.list_item("", *entry.children[1:], ids=entry["ids"]) for entry in entries)
            entries.replace_self(nodes.bullet_list("", *items, classes=["references"]))


def setup(app: Sphinx) -> None:
    app.connect("env-updated", write_again)
    app.connect("doctree-resolved", make_list)
