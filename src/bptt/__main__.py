"""List what there is: `python -m bptt`."""

import importlib
import sys

import bptt

COMMANDS = """
Commands, each for a book in the current folder (a clone of the project):

    python -m bptt.site.build        execute the notebooks and build the site
    python -m bptt.site.notebooks    execute the notebooks
    python -m bptt.site.pdf          print the whole book

and anywhere:

    python -m bptt check-function my_backward.py:loss_and_grads
"""


def main() -> None:
    if sys.argv[1:2] == ["check-function"]:
        sys.exit(importlib.import_module("bptt.slips.command").main(sys.argv[2:]))
    rooms = (bptt.__doc__ or "").partition("`python -m")[0].strip()
    print(f"unrolled {bptt.__version__}\n\n{rooms}\n{COMMANDS}", end="")


if __name__ == "__main__":
    main()
