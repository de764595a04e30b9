"""What a reader takes away as a whole: the wheel and the archives."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest
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


# ---- the archives


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    contents = {"chapters/a.ipynb": b"a", "b.whl": b"b"}
    downloads.write_archive(tmp_path / "one.zip", contents)
    downloads.write_archive(tmp_path / "two.zip", dict(reversed(contents.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["unrolled/b.whl", "unrolled/chapters/a.ipynb"]
        assert archive.read("unrolled/chapters/a.ipynb") == b"a"
