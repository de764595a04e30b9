"""What is said where there is no browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def tried(path: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run a test in a browser with nothing but a folder on PATH."""
    test = f"{Path(__file__).with_name('test_reader.py')}::test_a_focus_that_is_not_seen_is_noticed"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    environment = os.environ | {"PATH": str(path), "CI": ci, "CHROMIUM": ""}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_without_a_browser_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    said = [line for line in tried(tmp_path, "").stdout.splitlines() if "apt install chromium" in line]
    assert [line[:7] for line in said] == ["SKIPPED"]


def test_without_a_browser_the_tests_fail_where_ci_promises_one(tmp_path: Path) -> None:
    done = tried(tmp_path, "true")
    assert done.returncode == 1
    assert "apt install chromium" in done.stdout
    assert "1 error" in done.stdout
