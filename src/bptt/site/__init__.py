"""What Sphinx and the build call: notebooks executed, pages, formulas, the ledger, downloads, the PDF."""

from importlib.util import find_spec

# Jupyter Book brings all else that the modules of this package import.
if not find_spec("jupyter_book"):
    raise ImportError("bptt.site builds the pages and needs Jupyter Book: pip install 'unrolled[book]'")
