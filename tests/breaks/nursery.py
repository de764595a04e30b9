"""A process that has imported what is the same for every break, and forks one for each.

It reads what to run from its standard input, a JSON object a line, and writes a line when that has ended. To
import all anew for each break took more than half of the time of all.
"""

import contextlib
import gc
import io
import json
import os
import signal
import sys
import traceback
from importlib import import_module
from typing import Any

import pytest

# What the sources and the tests import of others.
OTHERS = (
    "bs4",
    "jupyter_book.cli.main",
    "jupyter_cache.cache.main",
    "matplotlib.pyplot",
    "myst_nb.core.read",
    "nbclient",
    "numpy.random",
    "playwright.sync_api",
    "pypdf",
    "sphinx_external_toc.parsing",
    "sympy",
)
TIME = 300  # seconds after which a break has not come to an end


def run(path: list[str], options: list[str], seen: str, said: str) -> None:
    """Run pytest as in a new process, with these folders first in the path, and end."""
    signal.alarm(TIME)
    output = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.environ["WITNESS"] = seen
    sys.path[:0] = path
    try:
        pytest.main(options)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    for module in OTHERS:
        import_module(module)
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--version"])  # to do so it imports all its parts
    gc.freeze()  # what a child does not collect it need not copy
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        child = os.fork()
        if not child:
            run(**asked)
        os.waitpid(child, 0)
        print(flush=True)


if __name__ == "__main__":
    main()
