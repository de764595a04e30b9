"""A process that has imported what is the same for every break, and forks one for each.

It reads what to run from its standard input, a JSON object a line. When that has ended it writes a line: the
exit code, or less than 0 the signal that ended it, and the processor seconds that it took. To import all anew
for each break took more than half of the time of all.
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


def run(folder: str, path: list[str], options: list[str], seen: str, said: str, limit: float) -> None:
    """Run pytest as in a new process, in a folder and with others first in the path, and end.

    It is ended after so many seconds of the processor, or much later if it waits for something else.
    """
    os.setpgrp()
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_REAL, 10 * limit)
    os.chdir(folder)
    output = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.environ["WITNESS"] = seen
    sys.path[:0] = path
    code = 1
    try:
        code = int(pytest.main(options))
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


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
        _, status, used = os.wait4(child, 0)
        with contextlib.suppress(ProcessLookupError):  # what it started and left running
            os.killpg(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, flush=True)


if __name__ == "__main__":
    main()
