"""Build the book in one process: `python -m bptt.book.build` executes the notebooks and writes the site.

It is `jupyter-book build .` with warnings as errors, and a notebook that fails is reported without Sphinx
around it.
"""

import sys
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

from bptt.book import execute


def main() -> int:
    failures = execute.execute(Path())
    if failures:
        print(f"\n{execute.report(failures)}", file=sys.stderr)
        return 1
    jupyter_book(["build", ".", "--quiet", "-W", "-n", "--keep-going"], standalone_mode=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
