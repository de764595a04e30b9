"""What a reader takes away: the wheel, the notebooks that say how to install it, and that they then run."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook
from packaging.requirements import Requirement
from sphinx.errors import ExtensionError

from bptt.site import downloads

ROOT = Path(__file__).parents[2]
WHEEL = downloads.wheel_name(ROOT)


def project(folder: Path) -> Path:
    """A project of one small module, under the book's own name and version."""
    (folder / "src/bptt").mkdir(parents=True)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, folder)
    (folder / "src/bptt/__init__.py").write_text('"""A package."""\n')
    return folder


def built(folder: Path) -> bytes:
    return downloads.write_wheel(folder, folder).read_bytes()


# ---- the wheel


def test_the_same_sources_give_the_same_wheel(tmp_path: Path) -> None:
    one, other = project(tmp_path / "one"), project(tmp_path / "other")
    os.utime(other / "src/bptt/__init__.py", (1e9, 1e9))
    first = built(one)
    assert built(other) == first
    (other / "src/bptt/__init__.py").write_text('"""Another package."""\n')
    assert built(other) != first


def test_the_wheel_may_be_read_by_whoever_serves_it(tmp_path: Path) -> None:
    wheel = downloads.write_wheel(project(tmp_path / "one"), tmp_path)
    assert wheel.name == WHEEL
    assert wheel.stat().st_mode & 0o444 == 0o444


def test_an_older_wheel_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "unrolled-0.0.1-py3-none-any.whl").touch()
    downloads.write_wheel(project(tmp_path / "one"), tmp_path)
    assert [file.name for file in tmp_path.glob("*.whl")] == [WHEEL]


def test_a_project_that_cannot_be_built_stops_the_site(tmp_path: Path) -> None:
    folder = project(tmp_path / "one")
    shutil.rmtree(folder / "src")
    with pytest.raises(ExtensionError, match="the wheel cannot be built"):
        downloads.write_wheel(folder, tmp_path)


# ---- the notebooks


@pytest.mark.parametrize("site", ["", "https://example.org/unrolled/"])
def test_a_notebook_begins_with_how_to_install_what_it_needs(site: str) -> None:
    notebook = downloads.installable(new_notebook(cells=[new_code_cell("1 + 1")]), WHEEL, site)
    nbformat.validate(notebook)
    first, then = notebook.cells
    assert (first.cell_type, then.source) == ("markdown", "1 + 1")
    assert f"pip install jupyterlab ./{WHEEL}" in first.source
    assert f"`{site}downloads/{WHEEL}`" in first.source


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    contents = {"chapters/a.ipynb": tmp_path / "a", "b.whl": tmp_path / "b"}
    downloads.write_archive(tmp_path / "one.zip", contents)
    os.utime(tmp_path / "a", (1e9, 1e9))
    downloads.write_archive(tmp_path / "two.zip", dict(reversed(contents.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["unrolled/b.whl", "unrolled/chapters/a.ipynb"]
        assert archive.read("unrolled/chapters/a.ipynb") == b"a"


# ---- a notebook of the book, where there is nothing but the wheel and what it depends on


def needed(*names: str) -> set[str]:
    """Name the distributions that these need, on this machine, themselves included."""
    todo, found = list(names), set[str]()
    while todo:
        name = todo.pop()
        try:
            requires = distribution(name).requires or ()
        except PackageNotFoundError:
            continue  # for another system
        if name not in found:
            found.add(name)
            wanted = map(Requirement, requires)
            todo += [item.name for item in wanted if not item.marker or item.marker.evaluate({"extra": ""})]
    return found


def environment(folder: Path, wheel: Path | None) -> Path:
    """Make an environment of a kernel, the declared dependencies and the wheel; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    libraries = next(folder.glob("**/site-packages"))
    for name in needed("ipykernel", *downloads.project(ROOT)["dependencies"]):
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            if not (libraries / top).exists():
                (libraries / top).symlink_to(Path(str(installed.locate_file(top))).resolve())
    if wheel:
        install = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", str(wheel)]
        subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    return python


def run(notebook: Path, python: Path, folder: Path) -> str:
    """Execute a notebook in a folder, with a Python; return where that finds the package."""

    class Elsewhere(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"])

    content = nbformat.read(notebook, as_version=4)
    content.cells.append(new_code_cell("import bptt; bptt.__file__"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    metadata = {"metadata": {"path": str(folder)}}
    client = NotebookClient(content, kernel_manager_class=Elsewhere, resources=metadata, timeout=300)
    client.execute(env=kept | {"IPYTHONDIR": str(folder / ".ipython"), "MPLCONFIGDIR": str(folder / ".mpl")})
    return str(content.cells[-1].outputs[0].data["text/plain"])


@pytest.fixture(scope="module")
def taken(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that the site offers, unpacked in an empty folder."""
    archive = html / downloads.FOLDER / downloads.ARCHIVE
    folder = tmp_path_factory.mktemp("taken")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / "unrolled"


@pytest.mark.slow
def test_a_downloaded_notebook_runs_with_the_wheel_and_its_dependencies(taken: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env", taken / WHEEL)
    empty = tmp_path / "empty"
    empty.mkdir()
    found = run(taken / "chapters/products/chain-rule.ipynb", python, empty)
    assert str(tmp_path / "env") in found


@pytest.mark.slow
def test_without_the_wheel_it_does_not_run(taken: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env", None)
    with pytest.raises(CellExecutionError, match="No module named 'bptt'"):
        run(taken / "chapters/products/chain-rule.ipynb", python, tmp_path)


@pytest.mark.slow
def test_the_archive_has_every_notebook_of_the_book(taken: Path, html: Path) -> None:
    offered = {file.relative_to(taken).as_posix() for file in taken.rglob("*.ipynb")}
    pages = {page.relative_to(html / "_sources") for page in html.glob("_sources/**/*.ipynb")}
    assert offered == {page.as_posix() for page in pages}
    assert "chapters/products/chain-rule.ipynb" in offered
