"""List what there is: `python -m bptt`; or check a derivation: `python -m bptt check`."""

import sys

import bptt
from bptt.check import command

COMMANDS = """
Check a derivation of your own:

    python -m bptt check             prove a formula for all sizes, or show where it is wrong

Commands, each for a book in the current folder (a clone of the project):

    python -m bptt.site.build        execute the notebooks and build the site
    python -m bptt.site.notebooks    execute the notebooks
    python -m bptt.site.pdf          print the whole book
"""


def main() -> None:
    if sys.argv[1:2] == ["check"]:
        raise SystemExit(command.main(sys.argv[2:]))
    rooms = (bptt.__doc__ or "").partition("`python -m")[0].strip()
    print(f"unrolled {bptt.__version__}\n\n{rooms}\n{COMMANDS}", end="")


if __name__ == "__main__":
    main()
