"""What the tests of a room import: what proves and what computes is tested without the site and its tools."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
HEAVY = ("sphinx", "playwright", "bptt.site")

COLLECT = f"""
import pytest, sys
assert not pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *sys.argv[1:]])
print()
print(*(name for name in {HEAVY} if name in sys.modules))
"""


def imported_by_tests_in(*folders: Path) -> list[str]:
    """Collect the tests of these folders in a process of their own; name what they import of the site."""
    ran = subprocess.run(
        [sys.executable, "-c", COLLECT, *map(str, folders)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()[-1].split()


@pytest.mark.slow
def test_the_tests_of_what_proves_and_computes_import_nothing_of_the_site():
    rooms = ["kernel", "symbolic", "check", "numeric", "measure", "slips"]
    assert imported_by_tests_in(*(TESTS / room for room in rooms)) == []


def test_tests_that_do_are_found(tmp_path):
    (tmp_path / "conftest.py").write_text("import sphinx, playwright\n")
    (tmp_path / "test_nothing.py").write_text("import bptt.site\ndef test_nothing(): ...\n")
    assert imported_by_tests_in(tmp_path) == list(HEAVY)
