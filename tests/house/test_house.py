"""The house as CONTRIBUTING shows it: its picture is that of the imports, each folder has its line."""

import re

import pytest
from house import PAGE, PICTURE, ROOT, imports, picture, rooms

TEXT = PAGE.read_text(encoding="utf-8")
# A folder or a room, what may be touched there, what must then be run.
LINE = re.compile(r"^\| `([\w/.]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def folders() -> set[str]:
    """List the rooms of the package and the other folders of the project, without what is only made."""
    made = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    others = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    others -= {"src"} | {name.strip("/") for name in made}
    inside = [ROOT / "src" / room.replace(".", "/") for room in rooms(imports())]
    inside = [path if path.is_dir() else path.with_suffix(".py") for path in inside]
    return others | {path.relative_to(ROOT).as_posix() for path in inside}


def unlike(text: str) -> set[str]:
    """List the folders without a line, and the lines without a folder."""
    return folders() ^ {name for name, *_ in LINE.findall(text)}


def test_the_picture_is_that_of_the_imports() -> None:
    assert PICTURE.findall(TEXT) == [picture(imports())], "draw it anew: python tests/house/house.py"


@pytest.mark.parametrize(
    ("importer", "imported"), [("bptt.kernel.shape", "bptt.numeric.losses"), ("bptt.book", "bptt.arrays")]
)
def test_an_import_that_is_not_drawn_is_noticed(importer: str, imported: str) -> None:
    graph = imports()
    graph.add_import(importer=importer, imported=imported)
    assert PICTURE.findall(TEXT) != [picture(graph)]


def test_every_folder_has_its_line() -> None:
    assert unlike(TEXT) == set()


@pytest.mark.parametrize("folder", sorted(folders()))
def test_a_folder_without_its_line_is_noticed(folder: str) -> None:
    text = re.sub(rf"^\| `{re.escape(folder)}` .*\n", "", TEXT, flags=re.MULTILINE)
    assert unlike(text) ^ unlike(TEXT) == {folder}


def missing(text: str) -> set[str]:
    """List the paths and commands that the lines name and that there are not."""
    commands = re.findall(r"^[a-z]+(?=:)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"`([^`]+)`", "".join("".join(line) for line in LINE.findall(text)))
    paths = {word for name in named for word in name.split() if "/" in word and not (ROOT / word).exists()}
    return paths | {name for name in named if name.startswith("make ") and name.split()[1] not in commands}


def test_what_the_lines_name_exists() -> None:
    assert missing(TEXT) == set()


def test_what_does_not_exist_is_noticed() -> None:
    text = TEXT.replace("`tests/kernel`", "`tests/colonel`").replace("`make pdf`", "`make paper`")
    assert missing(text) - missing(TEXT) == {"tests/colonel", "make paper"}
