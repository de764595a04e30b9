"""What the lists of survivors are worth: a weak test lets a break pass, a good one does not."""

import time
from pathlib import Path

import pytest
import survivors
import yaml
from mutate import mutants
from survivors import TO_DO, Copy, Project, main

PROJECT = Project(Path(__file__).parents[2])
LISTS = sorted(Path(__file__).parent.glob("*.yml"))

FILE = Path("room/above.py")
SOURCE = "def above(x: int) -> int:\n    return max(x, 0)\n"
WEAK = "from bptt.room.above import above\n\ndef test_above():\n    assert above(2) == 2\n"
GOOD = WEAK + "    assert above(-2) == 0\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of one source and one weak test."""
    room, tests = tmp_path / "src" / "bptt" / "room", tmp_path / "tests" / "room"
    for folder in (room, tests, tmp_path / "tests" / "mutants"):
        folder.mkdir(parents=True)
    (room.parent / "__init__.py").touch()
    (room / "above.py").write_text(SOURCE)
    (tests / "test_above.py").write_text(WEAK)
    return Project(tmp_path)


def surviving(project: Project, *options: str) -> dict[str, str]:
    """Run the tool: what survives, with the verdict that is listed."""
    main(project, str(project.package / FILE), *options)
    listed = yaml.safe_load(project.list_of(FILE).read_text())
    return {survivor["new"]: survivor["verdict"] for survivor in listed["survivors"]}


@pytest.mark.slow
@pytest.mark.parametrize("again", [(), ("--again",)], ids=["all", "again"])
def test_a_weak_test_lets_a_break_survive_and_a_good_one_kills_it(
    project: Project, again: tuple[str, ...]
) -> None:
    assert surviving(project) == {"return max(x, 1)": TO_DO, "return max(x, -1)": TO_DO}
    (project.root / "tests/room/test_above.py").write_text(GOOD)
    assert surviving(project, *again) == {}
    assert project.list_of(FILE).read_text().splitlines()[1:] == [
        "tried: 3 of 3",
        "killed: 3",
        "out of time: 0",
        "survived: 0",
        "survivors: []",
    ]
    assert (project.package / FILE).read_text() == SOURCE


def test_a_verdict_is_kept_and_what_was_tried_is_not_tried_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Copy, "limits", lambda *_: {})  # no test is run, so all survive
    surviving(project, "--sample", "2")
    noted = project.journal_of(FILE).read_text().splitlines()
    assert len(noted) == 2
    assert len(surviving(project)) == 3
    assert project.journal_of(FILE).read_text().splitlines()[:2] == noted
    path = project.list_of(FILE)
    path.write_text(path.read_text().replace(TO_DO, "'equivalent: so it is'", 1))
    monkeypatch.setattr(survivors, "Copy", None)
    verdicts = ["equivalent: so it is", TO_DO, TO_DO]
    assert list(surviving(project).values()) == verdicts
    assert list(surviving(project, "--sample", "1").values()) == verdicts


def test_a_break_that_never_ends_is_ended(project: Project, tmp_path: Path) -> None:
    copy = Copy(project, tmp_path / "copy", FILE)
    assert copy.outcome("while True: pass", {"not slow": 1}) == "out of time"
    waits = "import time\ntime.sleep(100)"
    start = time.monotonic()
    assert copy.outcome(waits, {"not slow": 0.5}) == "out of time"
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("file", "text", "refusal"),
    [
        ("tests/room/test_above.py", WEAK + "    assert above(2) == 3\n", "nothing is broken yet"),
        ("tests/room/test_above.py", "def test_nothing(): ...\n", "no test imports above.py"),
    ],
)
def test_what_would_be_killed_or_spared_in_any_case_is_not_tried(
    project: Project, file: str, text: str, refusal: str
) -> None:
    (project.root / file).write_text(text)
    with pytest.raises(SystemExit, match=refusal):
        surviving(project)


def test_a_file_is_tried_by_the_tests_of_its_room() -> None:
    tests = PROJECT.tests(Path("numeric/losses.py"))
    assert tests[0] == "numeric/test_losses.py"
    assert "numeric/test_rnn.py" in tests
    assert all(test.startswith("numeric/") for test in tests)
    with pytest.raises(SystemExit, match="no tests of its own"):
        PROJECT.tests(Path("__main__.py"))


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("x = ä < b", ["x = ä <= b", "x = ä != b", "x = True", "x = False"]),
        ("x = (a\n  not in b)", ["x = (a\n  in b)", "x = (True)", "x = (False)"]),
        ("x = a - b * c", ["x = a + b * c", "x = a - b + c"]),
        ("x = a and b", ["x = True and b", "x = a and True"]),
        ("x = not -a", ["x =  -a", "x = not a"]),
        ("x += 1", ["x -= 1", "x = 1", "x += 2", "x += 0"]),
        ("if a: raise b", ["if True: raise b", "if False: raise b", "if a: pass"]),
        ("x = [a for a in b if a]", ["() if a]", "in b if True]", "in b if False]"]),
        ("for a in b: break", ["for a in (): break", "for a in b: continue"]),
        ("while a: f()", ["while False: f()", "while a: pass"]),
        ("x = f(a, b=c, d=True)", ["x = f(a,  d=True)", "x = f(a, b=c, )", "d=False)"]),
        ("x = min(a).T @ 0.5", ["max(a).T @ 0.5", "min(a) @ 0.5", "min(a).T * 0.5", "@ 1.5"]),
        ("try: f()\nexcept A: g()", ["try: pass", "except (): g()", "except A: pass"]),
        ("@f\ndef g(): return None", [""]),
        ('def f(a: "b | c" = d) -> e | g:\n    "h"\n    return f"{a + a}"', []),
    ],
)
def test_a_line_is_changed_in_each_small_way(source: str, changed: list[str]) -> None:
    made = [mutant.new for mutant in mutants(source)]
    assert len(made) == len(changed)
    for new in changed:
        assert any(new in line for line in made), (new, made)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_survivor_stands_in_its_file_and_has_a_verdict(path: Path) -> None:
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    source = (PROJECT.package / (path.stem.replace(".", "/") + ".py")).read_text(encoding="utf-8")
    for survivor in listed["survivors"]:
        assert survivor["old"] in source
        assert survivor["verdict"] == TO_DO or survivor["verdict"].startswith("equivalent: ")
