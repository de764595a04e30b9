"""What the build adds to a page and leaves out, without a build."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docutils.utils import new_document
from jupyter_cache import get_cache

from bptt.site import extension, ledger, ledger_pages, search

ROOT = Path(__file__).parents[2]


def script(filename: str | None, body: str | None = None) -> Any:
    return SimpleNamespace(filename=filename, attributes={"body": body} if body else {})


def test_a_script_that_comes_twice_is_kept_once() -> None:
    one, other = script("one.js"), script("other.js")
    inline, another = script(None, "const a = 1"), script(None, "const b = 1")
    context = {"script_files": [one, inline, other, script("one.js"), another, script(None, "const a = 1")]}
    extension.drop_repeated_scripts(None, "a/page", "page.html", context, None)
    assert context["script_files"] == [one, inline, other, another]


@pytest.mark.parametrize("file", extension.OF_USE)
def test_a_page_without_a_thing_does_not_load_its_script(file: str) -> None:
    scripts = [script("_static/site.js"), script(file)]
    having, without = new_document("one"), new_document("other")
    having += extension.OF_USE[file]()
    for page, left in ((having, scripts), (without, scripts[:1]), (None, scripts[:1])):
        context = {"script_files": scripts}
        extension.drop_idle_scripts(None, "", "", context, page)
        assert context["script_files"] == left


def test_the_records_of_a_document_are_found_where_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    records = ("S000-01", "S001-18", "S001-19", "S010-01")
    table = [ledger.Row({"id": record, "says": "It is so."}) for record in records]
    found = []
    monkeypatch.setattr(search, "find", lambda env, kind, name, place: found.append((kind, name, place)))
    app = SimpleNamespace(ledger=table, outdir="site/html")
    page: Any = ledger_pages.Ledger.__new__(ledger_pages.Ledger)
    page.arguments, page.content_offset = ["001"], 0
    env = SimpleNamespace(app=app, srcdir=ROOT, note_dependency=lambda file: None)
    page.state = SimpleNamespace(
        document=SimpleNamespace(settings=SimpleNamespace(env=env)), nested_parse=lambda *_: None
    )
    page.run()
    assert found == [("record", "S001-18", "ledger-s001-18"), ("record", "S001-19", "ledger-s001-19")]


def test_a_database_that_is_left_open_is_closed_when_the_build_ends(tmp_path: Path) -> None:
    ends: dict[str, Any] = {}
    app: Any = SimpleNamespace(connect=ends.__setitem__)
    extension.close_databases(app)
    opened = get_cache(str(tmp_path / "one")).db.raw_connection().driver_connection
    assert opened.execute("select 1").fetchall() == [(1,)]
    ends["build-finished"](app, None)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened.execute("select 1")
    after = get_cache(str(tmp_path / "other"))
    assert after.db.raw_connection().driver_connection.execute("select 1").fetchall() == [(1,)]
    after.db.dispose()
