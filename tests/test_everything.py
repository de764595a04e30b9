"""`make test` runs each part, loses nothing of what one says that fails, and is red if any is."""

import json
import sys

import everything
import pytest

FINE = [sys.executable, "-c", "print('all is well')"]
BAD = [sys.executable, "-c", "import sys; print('out'); print('a reason', file=sys.stderr); sys.exit(1)"]
LATE = [sys.executable, "-c", "import sys, time; time.sleep(0.5); sys.exit('a late reason')"]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run lanes, and return how many parts failed and the lines that were printed."""
    monkeypatch.setattr(everything, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(everything, "WHAT", dict.fromkeys(["one", "two", "book", "site"], "something"))

    def run(*lanes):
        failed = everything.run_all([*lanes])
        return failed, capsys.readouterr().out.splitlines()

    return run


def test_what_passes_says_so_and_no_more(run):
    failed, said = run({"one": [FINE]}, {"two": [FINE, FINE]})
    assert failed == 0
    assert sorted(line.split(" in ")[0] for line in said) == sorted(
        ["one   begins: something", "two   begins: something", "one   passed", "two   passed", "all"]
    )
    assert said[-1].startswith("all in ")


@pytest.mark.parametrize(
    "lanes",
    [
        [{"one": [BAD]}, {"two": [FINE]}],
        [{"one": [FINE]}, {"two": [BAD]}],
        [{"one": [BAD, FINE]}, {"two": [FINE]}],
        [{"one": [FINE], "two": [BAD]}],
        [{"two": [BAD], "one": [FINE]}],
    ],
    ids=["the first lane", "the second", "a command before another", "after a part", "before a part"],
)
def test_one_part_that_fails_makes_the_whole_fail_and_is_heard(run, lanes):
    failed, said = run(*lanes)
    assert failed == 1
    assert {"out", "a reason"} <= set(said)
    assert sum(line.startswith(("one   passed", "two   passed")) for line in said) == 1
    assert any(line.startswith("FAILED: ") for line in said)


def test_a_part_that_fails_when_the_other_lane_has_ended_is_heard(run):
    failed, said = run({"one": [FINE]}, {"two": [LATE]})
    assert failed == 1
    assert "a late reason" in said
    assert "FAILED: two" in said


def test_without_the_book_the_site_has_failed_too(run):
    failed, said = run({"book": [BAD], "site": [FINE]})
    assert failed == 2
    assert "FAILED: book, site" in said
    assert not any(line.startswith("site  begins") for line in said)


TESTS = """
import pytest, time
def test_good(): time.sleep(0.2)
def test_bad(): assert not "it is bad"
@pytest.mark.skip(reason="not here")
def test_other(): ...
def test_lost(nothing): ...
"""


@pytest.mark.parametrize(("chosen", "bad"), [("good or other", 0), ("", 2)])
def test_tests_are_counted_and_the_slowest_named(run, tmp_path, chosen, bad):
    (tmp_path / "test_some.py").write_text(TESTS)
    options = [
        "-n0",
        "-ra",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "-k",
        chosen,
        str(tmp_path),
    ]
    failed, said = run({"one": [[*everything.pytest(), *options]]})
    assert failed == bool(bad)
    assert f"1 passed, {bad} failed, 1 skipped" in said
    assert "slowest: test_some::test_good 0 s" in said[-1]
    assert any(line.startswith("SKIPPED") and line.endswith("not here") for line in said)
    assert any("it is bad" in line for line in said) == bool(bad)
    (ran,) = json.loads((tmp_path / "kept/times.json").read_text("utf-8"))
    assert len(ran["tests"]) == (4 if bad else 2)
    assert ran["work"] > 0


def test_no_test_at_all_is_a_failure(run, tmp_path):
    failed, _ = run({"one": [[*everything.pytest(), "-n0", "--rootdir", str(tmp_path), str(tmp_path)]]})
    assert failed == 1


def test_each_part_says_what_it_is():
    assert [part for lane in everything.LANES for part in lane] == [*everything.WHAT]
