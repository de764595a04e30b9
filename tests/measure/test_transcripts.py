"""What is said of programs as people write them: the tensor, the slip, what is at fault, no false alarm."""

from functools import cache
from pathlib import Path

import pytest
from program import PATHS, Program
from transcripts import TRANSCRIPTS, Transcript, transcript

pytestmark = pytest.mark.usefixtures("patient")

SLIPPED = [path for path in PATHS if Program(path).wrong]
AT_FAULT = [path for path in PATHS if Program(path).head.get("fault")]
RIGHT = [path for path in PATHS if path not in SLIPPED]
# Of the third set that was kept aside these slips have no name: more than one line is to be changed.
UNNAMED = ("decay_each_step", "normed_states")


@cache
def said(path: Path) -> Transcript:
    return transcript(Program(path))


@pytest.mark.parametrize("path", SLIPPED, ids=lambda path: path.stem)
def test_a_wrong_tensor_is_named_and_so_is_the_slip(path: Path) -> None:
    one = said(path)
    assert one.found, one.said
    assert one.named != (path.stem in UNNAMED), one.said


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_program_is_not_called_wrong(path: Path) -> None:
    assert not said(path).falsely, said(path).said


@pytest.mark.parametrize("path", AT_FAULT, ids=lambda path: path.stem)
def test_what_is_at_fault_is_said(path: Path) -> None:
    assert Program(path).says(said(path).said), said(path).said


def slips_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("Slip: ")]


@pytest.mark.parametrize("path", [*SLIPPED, *RIGHT], ids=lambda path: path.stem)
def test_its_transcript_is_the_one_that_is_kept(path: Path) -> None:
    """Numbers in the last digits differ from machine to machine; what is wrong, and why, does not."""
    kept = (TRANSCRIPTS / f"{Program(path).name}.txt").read_text(encoding="utf-8")
    one = said(path)
    assert slips_in(one.said) == slips_in(kept)
    assert one.said.split(":")[0] in kept
