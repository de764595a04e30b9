"""A machine that has never seen the book: an environment of its own, with a kernel and a folder."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from packaging.requirements import Requirement

from bptt.site import downloads

ROOT = Path(__file__).parents[2]
# An output is compared with that of the book, where SymPy's order of terms follows that of sets.
SETTINGS = {"PYTHONHASHSEED": "0", "PIP_NO_INDEX": "1"}


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


def environment(folder: Path, wheel: Path | None = None) -> Path:
    """Make an environment of a kernel, pip, and what the package depends on; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    libraries = next(folder.glob("**/site-packages"))
    for name in needed("pip", "ipykernel", *downloads.project(ROOT)["dependencies"]):
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            if not (libraries / top).exists():
                (libraries / top).symlink_to(Path(str(installed.locate_file(top))).resolve())
    if wheel:
        install = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", str(wheel)]
        subprocess.run([str(python), "-m", "pip", *install], check=True)
    return python


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack an archive of notebooks, and give the folder that is in it."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / "unrolled"


def read(file: Path) -> NotebookNode:
    return nbformat.read(file, as_version=4)


def run(notebook: NotebookNode, python: Path, folder: Path) -> NotebookNode:
    """Execute a notebook in a folder, with a Python."""

    class Elsewhere(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"])

    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    own = {"IPYTHONDIR": str(folder / ".ipython"), "MPLCONFIGDIR": str(folder / ".mpl")}
    metadata = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, kernel_manager_class=Elsewhere, resources=metadata, timeout=300, coalesce_streams=True
    )
    client.execute(env=kept | SETTINGS | own)
    return notebook
