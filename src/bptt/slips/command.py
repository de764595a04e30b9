"""Check the gradients of a function in a file: `python -m bptt check-function FILE:FUNCTION`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bptt.slips.function import check_function
from bptt.slips.layouts import NAMES

SIGNATURE = """
FUNCTION takes some of these arrays, each by one of its names:

{names}

of the network h' = tanh(W h + U x + b), o = V h' + c, or of any other with these arrays, and returns its loss
and the gradients by the parameters among them, in a dictionary (of names such as W or dW) or a tuple in the
order of the arguments. Matrices may stand on the left or on the right, time or the batch may be the first
axis, a single sequence has no axis of the batch; y are labels or one-hot rows. The arrays are drawn.

Without :FUNCTION the file defines f, params and grads, and f is called with params; or forward, backward and
arrays, as for bptt.measure.vjpcheck.

The gradients are held against the complex step, or with --central against central differences. If some are
wrong, they are held against the slips that bptt.slips lists, and changes of the source are tried, one at a
time, until one makes them right: for that the file is run many times.
"""


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong; return 1 if something is, 2 if it could not be checked, and 0 if all is right."""
    names = "\n".join(f"    {role:3} {called}" for role, called in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bptt check-function",
        description="Check a NumPy function that returns a loss and its gradients, and name the slip.",
        epilog=SIGNATURE.format(names=names),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("place", metavar="FILE[:FUNCTION]")
    parser.add_argument("--central", action="store_true", help="measure by central differences")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    asked = parser.parse_args(arguments)
    file, _, name = asked.place.partition(".py:")
    path = Path(file if file.endswith(".py") else f"{file}.py")
    if not path.is_file():
        parser.error(f"there is no file {path}")
    try:
        found = check_function(path, name, "central differences" if asked.central else "complex step")
    except (TypeError, ValueError) as error:
        # What the package calls a method is an option here.
        said = str(error).replace("(method='central differences')", "(--central)")
        print(f"{type(error).__name__}: {said}", file=sys.stderr)
        return 2
    print(found.to_json() if asked.json else found)
    return 0 if len(found.report.with_status("right")) == len(found.report.tensors) else 1
