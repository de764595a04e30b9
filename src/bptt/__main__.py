"""List what there is: `python -m bptt`."""

import bptt

COMMANDS = """
Commands, each for a book in the current folder (a clone of the project):

    python -m bptt.site.build        execute the notebooks and build the site
    python -m bptt.site.notebooks    execute the notebooks
    python -m bptt.site.pdf          print the whole book
"""


def main() -> None:
    rooms = (bptt.__doc__ or "").partition("`python -m")[0].strip()
    print(f"unrolled {bptt.__version__}\n\n{rooms}\n{COMMANDS}", end="")


if __name__ == "__main__":
    main()
