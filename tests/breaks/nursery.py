"""A process that has imported the modules it was given, and forks one for each thing that is run with them.

It reads what to run from its standard input, a JSON object a line. When that has ended it writes a line: the
exit code, or less than 0 the signal that ended it, and the processor seconds that it took. To import all anew
for each break, or each short book that is built, took more than half of the time of all.
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


def run(
    folder: str,
    path: list[str],
    call: str,
    options: list[str],
    environment: dict[str, str],
    said: str,
    limit: float,
) -> None:
    """Call the main of a module as in a new process, in a folder and with others first in the path, and end.

    It is ended after so many seconds of the processor, or much later if it waits for something else.
    """
    os.setpgrp()
    signal.setitimer(signal.ITIMER_PROF, limit)
    signal.setitimer(signal.ITIMER_REAL, 10 * limit)
    os.chdir(folder)
    output = os.open(said, os.O_WRONLY | os.O_CREAT)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    os.environ.update(environment)
    sys.path[:0] = path
    code = 1
    try:
        code = int(import_module(call).main(options))
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def main() -> None:
    for module in sys.argv[1:]:
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
