"""Let a symbol be linked to and found: each row of a table of symbols is a place of its own.

A table is one of symbols if its first two columns are headed *symbol* and *in code*. The search of the site
finds a row by its code, as it finds a record by its id.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain

COLUMNS = ["symbol", "in code"]


def note_symbols(app: Sphinx, doctree: nodes.document) -> None:
    for table in doctree.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        if [entry.astext() for entry in head[:2]] != COLUMNS:
            continue
        for row in rows:
            note(app, doctree, row)


def note(app: Sphinx, doctree: nodes.document, row: nodes.row) -> None:
    symbol, code = row[0].astext(), row[1].astext()
    name = place = "symbol-" + re.sub(r"\W+|_", "-", symbol).strip("-")
    number = 2
    while place in doctree.ids:
        place, number = f"{name}-{number}", number + 1
    doctree.ids[place] = row
    row["ids"].append(place)
    domain = app.env.domains["std"]
    assert isinstance(domain, StandardDomain)
    domain.note_object("symbol", code, place, location=row)


def setup(app: Sphinx) -> None:
    app.add_object_type("symbol", "symbol")
    app.connect("doctree-read", note_symbols)
