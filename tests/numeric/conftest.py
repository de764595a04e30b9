"""Breaks the sources of bptt.numeric on purpose, so that the tests can be seen to notice."""

import ast
import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import bptt.numeric

PACKAGE = Path(bptt.numeric.__file__).parent
_serial = itertools.count()

Check = Callable[[ModuleType], object]
Notices = Callable[[Check, ModuleType], bool]
Break = Callable[[str, str], ModuleType]
Replace = Callable[[str, str, str], ModuleType]


@pytest.fixture
def numeric() -> ModuleType:
    """The package as it is; a test that takes it can also be called with a broken one."""
    return bptt.numeric


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Break]:
    """A function (file, source) -> a copy of bptt.numeric in which that file has that source."""
    monkeypatch.syspath_prepend(tmp_path)
    names: list[str] = []

    def load(file: str, source: str) -> ModuleType:
        names.append(f"broken_numeric_{next(_serial)}")
        copy = tmp_path / names[-1]
        copy.mkdir()
        for path in PACKAGE.glob("*.py"):
            text = source if path.name == file else path.read_text(encoding="utf-8")
            (copy / path.name).write_text(text.replace("bptt.numeric", names[-1]), encoding="utf-8")
        return importlib.import_module(names[-1])

    yield load
    for module in [module for module in sys.modules if module.startswith("broken_numeric_")]:
        del sys.modules[module]


@pytest.fixture
def replaced(broken: Break) -> Replace:
    """A function (file, old, new) -> a copy of bptt.numeric with that one text replaced."""

    def replace(file: str, old: str, new: str) -> ModuleType:
        source = (PACKAGE / file).read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {file}"
        return broken(file, source.replace(old, new))

    return replace


@pytest.fixture
def notices() -> Notices:
    """A function (check, package) -> whether the check fails on that package."""

    def fails(check: Check, numeric: ModuleType) -> bool:
        try:
            check(numeric)
        except NameError:
            raise  # the break itself is broken
        except (Exception, pytest.fail.Exception):
            return True
        return False

    return fails


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes `unguarded` each source of its module's SOURCES with one guard taken out."""
    if "unguarded" in metafunc.fixturenames:
        cases = [case for file in metafunc.module.SOURCES for case in _unguarded(file)]
        metafunc.parametrize("unguarded", [case[:2] for case in cases], ids=[case[2] for case in cases])


def _unguarded(file: str) -> Iterator[tuple[str, str, str]]:
    """Yield (file, source without one guard, id) for every `raise` and every call of a check in a file."""
    source = (PACKAGE / file).read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        checks = isinstance(node, ast.Expr) and ast.unparse(node).startswith(("check_", "_confirm("))
        if checks or isinstance(node, ast.Raise):
            assert isinstance(node, ast.stmt)
            assert node.end_lineno is not None
            line = " " * node.col_offset + "pass"
            text = "\n".join([*lines[: node.lineno - 1], line, *lines[node.end_lineno :]]) + "\n"
            yield file, text, f"{file}:{node.lineno}"
