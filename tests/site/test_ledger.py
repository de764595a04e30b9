"""The ledger: what the chapters show of the records, and how it is told."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.site import ledger, ledger_text
from bptt.site.ledger import LedgerError

