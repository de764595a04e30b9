"""A process that has imported what is the same for every break, and forks one for each.

It reads what to run from its standard input, a JSON object a line, and writes a line when that has ended. To
import pytest, NumPy and SymPy anew for each break took more than half of the time of all.
"""

import json
import os
import signal
import sys
import traceback
from typing import Any

import numpy  # noqa: F401
import pytest
import sympy  # noqa: F401

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
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        child = os.fork()
        if not child:
            run(**asked)
        os.waitpid(child, 0)
        print(flush=True)


if __name__ == "__main__":
    main()
