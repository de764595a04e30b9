"""Let the search of the site find more than words: a record by its id, a symbol by its name in code.

A table is one of symbols if its first two columns are headed *symbol* and *in code*; each of its rows is a
place that can be linked to.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import ObjType
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment

COLUMNS = ["symbol", "in code"]


def domain(env: BuildEnvironment) -> StandardDomain:
    found = env.domains["std"]
    assert isinstance(found, StandardDomain)
    return found


def add_kinds(app: Sphinx) -> None:
    for kind in ("record", "symbol"):
        domain(app.env).add_object_type(kind, ObjType(kind, searchprio=0))  # 0 comes before pages


def find(env: BuildEnvironment, kind: str, name: str, place: str) -> None:
    """Let the search lead from a name to a place on the page that is being read."""
    if (kind, name) not in domain(env).objects:
        domain(env).note_object(kind, name, place)


def find_symbols(app: Sphinx, doctree: nodes.document) -> None:
    for table in doctree.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        if [entry.astext() for entry in head[:2]] != COLUMNS:
            continue
        for row in rows:
            symbol, code = row[0].astext(), row[1].astext()
            find(app.env, "symbol", code, make_place(doctree, row, symbol))


def make_place(doctree: nodes.document, row: nodes.row, symbol: str) -> str:
    """Give a row an id that is made of its symbol, and of a number if another row has it."""
    name = place = "symbol-" + re.sub(r"\W+|_", "-", symbol).strip("-")
    number = 2
    while place in doctree.ids:
        place, number = f"{name}-{number}", number + 1
    doctree.ids[place] = row
    row["ids"].append(place)
    return place


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", add_kinds)
    app.connect("doctree-read", find_symbols)
