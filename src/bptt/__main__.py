"""Check a derivation or a function, or list what there is: `python -m bptt`."""

import sys

import bptt

COMMANDS = """
Check what is yours:

    python -m bptt check "h[t]" "W.T @ ..."     a formula: proved for all sizes, or where it is wrong
    python -m bptt check-function FILE:NAME     a backward pass: measured, and held against known slips

Commands for a book in the current folder (a clone of the project):

    python -m bptt.site.build        execute the notebooks and build the site
    python -m bptt.site.notebooks    execute the notebooks
    python -m bptt.site.pdf          print the whole book
"""


def main() -> None:
    # Imported where they are called: a formula is checked without NumPy.
    match sys.argv[1:]:
        case ["check", *arguments]:
            from bptt.check import command as of_formulas

            sys.exit(of_formulas.main(arguments))
        case ["check-function", *arguments]:
            from bptt.slips import command as of_functions

            sys.exit(of_functions.main(arguments))
    rooms = (bptt.__doc__ or "").partition("`python -m")[0].strip()
    print(f"unrolled {bptt.__version__}\n\n{rooms}\n{COMMANDS}", end="")


if __name__ == "__main__":
    main()
