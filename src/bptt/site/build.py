"""Build the book in one process: `python -m bptt.site.build` executes the notebooks and writes the site.

It is `jupyter-book build .` with warnings as errors, and a notebook that fails is reported without Sphinx
around it.
"""

import sys
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

from bptt.site import notebooks


def main() -> int:
    failures = notebooks.execute(Path())
    if failures:
        print(f"\n{notebooks.report(failures)}", file=sys.stderr)
        return 1
    try:
        jupyter_book(["build", ".", "--quiet", "-W", "-n", "--keep-going"], standalone_mode=False)
    except RuntimeError:  # Sphinx has said why; this is what Jupyter Book raises from it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
