"""Let a reader find a record by its id, a symbol by its name in code, a word that no chapter is about.

A table is one of symbols if its first two columns are headed *symbol* and *in code*; each of its rows is a
place that the search finds, and that the role ``symbol`` links to. So is each row of a table of words, whose
first column is headed *word*.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains import ObjType
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole

COLUMNS = ["symbol", "in code"]
WORD = "word"


def domain(env: BuildEnvironment) -> StandardDomain:
    found = env.domains["std"]
    assert isinstance(found, StandardDomain)
    return found


def add_kinds(app: Sphinx) -> None:
    for kind in ("record", "symbol", WORD):
        domain(app.env).add_object_type(kind, ObjType(kind, kind, searchprio=0))  # 0 comes before pages


def find(env: BuildEnvironment, kind: str, name: str, place: str) -> None:
    """Let the search lead from a name to a place on the page that is being read."""
    if (kind, name) not in domain(env).objects:
        domain(env).note_object(kind, name, place)


def find_rows(app: Sphinx, doctree: nodes.document) -> None:
    for table in doctree.findall(nodes.table):
        head, *rows = table.findall(nodes.row)
        if head[0].astext() == WORD:
            for row in rows:
                place = make_place(doctree, row, row[0].astext(), WORD)
                for name in row[0].astext().split(", "):
                    find(app.env, WORD, name, place)
        if [entry.astext() for entry in head[:2]] != COLUMNS:
            continue
        for row in rows:
            symbol, code = row[0].astext(), row[1].astext()
            place = make_place(doctree, row, symbol)
            for name in names(symbol, code):
                find(app.env, "symbol", name, place)


def names(symbol: str, code: str) -> list[str]:
    """List under what names a row is found: `W, U, V` are three, and a call is one with all its arguments.

    A letter is a name too, where the code only says how it is made: `A` of `matrix("A", n, k)`.
    """
    found = re.split(r", (?![^()]*\))", code.partition(" = ")[0])
    letters = [name for name in symbol.partition(" = ")[0].split(", ") if name.isalpha()]
    return list(dict.fromkeys(found + letters))


def make_place(doctree: nodes.document, row: nodes.row, symbol: str, kind: str = "symbol") -> str:
    """Give a row an id that is made of its symbol, and of a number if another row has it."""
    name = place = f"{kind}-" + re.sub(r"\W+|_", "-", symbol).strip("-")
    number = 2
    while place in doctree.ids:
        place, number = f"{name}-{number}", number + 1
    doctree.ids[place] = row
    row["ids"].append(place)
    return place


def leave_unknown(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.TextElement
) -> nodes.Element | None:
    """Let a symbol that no table explains stand without a link: a chapter may have its own."""
    return text if node.get("reftype") == "symbol" else None


def setup(app: Sphinx) -> None:
    app.add_role_to_domain("std", "symbol", XRefRole())
    app.connect("missing-reference", leave_unknown)
    app.connect("builder-inited", add_kinds)
    app.connect("doctree-read", find_rows)
