"""What JupyterLab saves of a page that it opened as a notebook: the lines that were edited, and no others."""

from pathlib import Path

import pytest
from chapter import ROOT
from ipykernel.kernelspec import get_kernel_dict
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from bptt.site import notebooks

MANAGER = build_sync_jupytext_contents_manager_class(LargeFileManager)
PAGES = notebooks.pages(ROOT)
KERNEL = get_kernel_dict()
SPOKEN = {"name": "python", "pygments_lexer": "ipython3", "version": "3.11.7"}
FOLDED = {"trusted": True, "collapsed": True, "jupyter": {"source_hidden": True}}
EDITED = "edited"


def saved(text: str, folder: Path, edited: str = "") -> str:
    """Open a page, run and fold its cells, write something at the end of each, and save it."""
    page = folder / "page.md"
    page.write_text(text, "utf-8")
    manager = MANAGER(root_dir=str(folder))
    notebook = manager.get(page.name, type="notebook")["content"]
    named = {"name": "python3", "display_name": KERNEL["display_name"], "language": KERNEL["language"]}
    notebook.metadata |= {"kernelspec": named, "language_info": SPOKEN}
    for cell in notebook.cells:
        cell.source += edited
        if cell.cell_type == "code":
            cell.execution_count = 1
            cell.metadata |= FOLDED
    manager.save({"type": "notebook", "format": "json", "content": notebook}, page.name)
    return page.read_text("utf-8")


def text_of(page: str) -> str:
    return (ROOT / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_save_changes_nothing_but_what_was_edited(page: str, tmp_path: Path) -> None:
    text = text_of(page)
    assert saved(text, tmp_path) == text, f"write it as JupyterLab does: jupytext --to md:myst {page}.md"
    before, after = text.splitlines(), saved(text, tmp_path, EDITED).splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed
    assert all(new == old + EDITED for old, new in changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  notebook_metadata_filter: -jupytext.text_representation.jupytext_version\n", ""),
        ("  cell_metadata_filter: mystnb,tags,-all\n", ""),
        ("  display_name: Python 3 (ipykernel)\n", "  display_name: Python 3\n"),
        (":tags: [remove-input]", ":tags: ['remove-input']"),
    ],
    ids=["the version of jupytext", "what is folded", "the kernel's name", "quotes"],
)
def test_a_page_that_a_save_changes_is_noticed(old: str, new: str, tmp_path: Path) -> None:
    text = text_of("chapters/products/chain-rule")
    assert old in text
    changed = text.replace(old, new, 1)
    assert saved(changed, tmp_path) != changed
