"""Execute the notebooks of a book, in parallel, into the cache that the pages are built from.

`python -m bptt.site.notebooks` does it for the book in the current folder; a build of the site does it first.
A notebook is executed again when its code cells change, or anything that `digest` covers.
"""

import argparse
import asyncio
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ipykernel.kernelspec import get_kernel_dict
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.read import is_myst_markdown_notebook, myst_nb_reader_plugin
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from sphinx_external_toc.parsing import parse_toc_yaml

from bptt.book.notebook import BOOK

# A page shows the SVG. A notebook that is not trusted yet shows no SVG, and PNG.
OPTIONS = ["--log-level=ERROR", "--InlineBackend.figure_formats=svg", "--InlineBackend.figure_formats=retina"]
CELL_TIMEOUT = 300  # seconds
LAST_FRAMES = 2  # of a traceback, after the frame of the cell itself
LONGEST_LINE = 100  # of a cell, in a heading


class NotExecuted(LookupError):
    """There are no outputs for a notebook as it now stands."""


@dataclass(frozen=True)
class Failure:
    """A notebook that did not run to its end: which cell stopped it, and how."""

    page: str
    cell: int
    line: str
    reason: str
    traceback: str = ""

    def __str__(self) -> str:
        where = f"{self.page}, code cell {self.cell}: {self.line}" if self.cell else self.page
        return "\n".join(filter(None, [where, self.traceback, self.reason]))


class OwnPython(AsyncKernelManager):
    """The kernel of this very environment, whatever kernels the user has installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        # its warnings are about the local connection, not about the notebook
        return KernelSpec(**get_kernel_dict(OPTIONS))


# ---- what there is to execute, and what its outputs depend on


def pages(root: Path) -> list[str]:
    """Name every page of the table of contents, the first one included."""
    return list(parse_toc_yaml(root / "_toc.yml"))


def read(root: Path) -> Iterator[tuple[str, NotebookNode]]:
    """Read those pages that hold code, without outputs."""
    for page in pages(root):
        source = root / f"{page}.md"
        if source.exists() and is_myst_markdown_notebook(source.read_text("utf-8")):
            yield page, myst_nb_reader_plugin(str(source))


def digest(root: Path) -> str:
    """Name the state of what outputs depend on besides the notebook: code, pins, sources, Python itself."""
    return state_of(root, "requirements.txt", "src", "sources")


def state_of(root: Path, *places: str) -> str:
    """Name the content of files and folders under the root, for this version of Python."""
    files = [path for place in places for path in [root / place, *sorted((root / place).rglob("*"))]]
    state = hashlib.sha256(str(sys.implementation.cache_tag).encode())
    for file in files:
        if not file.is_file() or file.suffix == ".pyc":
            continue
        content = file.read_bytes()
        # the length keeps the end of one file apart from the name of the next
        state.update(f"\0{file.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return state.hexdigest()[:16]


def cache_path(root: Path) -> Path:
    """Say where the outputs for the present state of the book are kept."""
    return root.resolve() / "_build" / "outputs" / digest(root)


@contextmanager
def open_cache(root: Path) -> Iterator[JupyterCacheBase]:
    folder = cache_path(root)
    folder.mkdir(parents=True, exist_ok=True)
    cache = get_cache(str(folder))
    try:
        yield cache
    finally:
        cache.db.dispose()


def outputs(root: Path) -> dict[str, NotebookNode]:
    """Read every executed notebook of the book, by the name of its page.

    Raises `NotExecuted` if one of them has no outputs as it now stands.
    """
    executed = {}
    with open_cache(root) as cache:
        for page, notebook in read(root):
            try:
                _, executed[page] = cache.merge_match_into_notebook(notebook)
            except KeyError:
                raise NotExecuted(f"{page} has not been executed as it now stands") from None
    return executed


# ---- executing


def execute(root: Path) -> list[Failure]:
    """Execute the notebooks that have no outputs yet, a line each, and return those that failed."""
    todo = []
    with open_cache(root) as cache:
        for page, notebook in read(root):
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                todo.append((page, notebook))
        return asyncio.run(execute_all(todo, cache, root)) if todo else []


async def execute_all(
    todo: list[tuple[str, NotebookNode]], cache: JupyterCacheBase, root: Path
) -> list[Failure]:
    cores = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(page: str, notebook: NotebookNode) -> Failure | None:
        async with cores:
            started = time.perf_counter()
            failure = await run(page, notebook, root)
            seconds = time.perf_counter() - started
        if failure is None:
            bundle = CacheBundleIn(notebook, str(root / f"{page}.md"), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        print(f"{seconds:6.1f} s  {page}{'  FAILED' if failure else ''}", flush=True)
        return failure

    done = await asyncio.gather(*(one(page, notebook) for page, notebook in todo))
    return [failure for failure in done if failure is not None]


async def run(page: str, notebook: NotebookNode, root: Path) -> Failure | None:
    """Execute one notebook, in an empty folder: no relative path leads anywhere, wherever the book is."""
    begun: list[NotebookNode] = []  # the code cells, up to the one that fails

    def begin(cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            begun.append(cell)

    def failure(reason: str, frames: Sequence[str] = ()) -> Failure:
        line = failing_line(frames[0]) if frames else first_line(begun[-1].source) if begun else ""
        # the line of the cell says all that its frame does
        return Failure(page, len(begun), line, reason, "\n".join(frames) if len(frames) > 1 else "")

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        empty = Path(folder) / "empty"
        empty.mkdir()
        client = NotebookClient(
            notebook,
            kernel_manager_class=OwnPython,
            resources={"metadata": {"path": str(empty)}},
            timeout=CELL_TIMEOUT,
            coalesce_streams=True,  # what is printed comes in pieces, and in others each time
            record_timing=False,  # times in the cells' metadata would change the key of the cache
            on_cell_start=begin,
        )
        try:
            await client.async_execute(env=environment(root, folder))
        except CellExecutionError as error:
            raised = [output for output in begun[-1].outputs if output.output_type == "error"]
            return failure(f"{error.ename}: {error.evalue}", shorten(raised[-1].traceback))
        except CellTimeoutError:
            return failure(f"the cell took longer than {CELL_TIMEOUT} s")
        except DeadKernelError:
            return failure("the kernel died")
    return None


def environment(root: Path, folder: str) -> dict[str, str]:
    """Describe to a kernel a machine without a screen and without the user's own settings."""
    personal = {"DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONSTARTUP", "MPLBACKEND", "MATPLOTLIBRC"}
    kept = {name: value for name, value in os.environ.items() if name not in personal}
    return kept | {
        BOOK: "1",
        "PYTHONHASHSEED": "0",  # SymPy's order of terms can follow the order of sets
        "PYTHONNOUSERSITE": "1",
        "SOURCE_DATE_EPOCH": "0",  # else a figure says when it was drawn
        "IPYTHONDIR": folder,
        "MPLCONFIGDIR": str(root.resolve() / "_build" / "matplotlib"),
    }


def shorten(traceback: list[str]) -> list[str]:
    """Keep the frame of the cell and the innermost ones of IPython's traceback, without its colours.

    An exception that was raised from another one comes last, and says what is needed of the other.
    """
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", part).strip() for part in traceback]
    chained = [n for n, part in enumerate(plain) if re.match("(The|During handling of the) above", part)]
    last = plain[chained[-1] :] if chained else plain
    frames = [part for part in last if re.match("(Cell In|File )", part)]
    if len(frames) > LAST_FRAMES + 1:
        omitted = f"    ... {len(frames) - LAST_FRAMES - 1} calls between ..."
        frames = [frames[0], omitted, *frames[-LAST_FRAMES:]]
    return frames


def failing_line(frame: str) -> str:
    """Find the line that the arrow points to; one that Python could not read stands first, with no arrow."""
    found = re.search(r"^-+> *\d+ (.*)", frame, re.MULTILINE) or re.search(r"\n(.*)", frame)
    return first_line(found[1] if found else "")


def first_line(source: str) -> str:
    line = source.strip().partition("\n")[0]
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def report(failures: list[Failure]) -> str:
    many = "1 notebook" if len(failures) == 1 else f"{len(failures)} notebooks"
    return "\n\n".join([*map(str, failures), f"{many} failed."])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bptt.site.notebooks", description="Execute the notebooks."
    )
    parser.add_argument("root", nargs="?", type=Path, default=Path(), help="the folder of the book")
    failures = execute(parser.parse_args(arguments).root)
    if failures:
        print(f"\n{report(failures)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
