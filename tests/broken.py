"""A copy of the sources with one line broken on purpose, and what the checks say to it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def broken_copy(target: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """Copy ``src`` to ``target``, with ``new`` in place of ``old`` in one file; without a file, unbroken.

    ``old`` must stand there exactly once: else the source has moved on and the break must follow it.
    """
    copy = target / "src"
    # With what is compiled already, which Python trusts by the time and size of the source.
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns(".*"))
    if file:
        path = copy / "bptt" / file
        source = path.read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {file}"
        assert new != old, "a break must change something"
        path.write_text(source.replace(old, new), encoding="utf-8")
    return copy


def checked(copy: Path, *tests: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run tests against a copy of the sources, until the first failure."""
    # The copy must come before an installed package, and before what pytest itself may put on the path.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "--no-header",
        "--tb=line",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "-o", f"pythonpath={copy}", *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def failed_in_a_test(run: subprocess.CompletedProcess[str]) -> bool:
    """Tell a failed test, which is a break noticed, from a copy that cannot even be imported."""
    return run.returncode == 1 and "FAILED" in run.stdout and "error during collection" not in run.stdout
