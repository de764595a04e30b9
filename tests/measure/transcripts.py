"""Writes what is said of each program that people wrote, beside what its head says is the matter.

python tests/measure/transcripts.py                 those of `programs`
python tests/measure/transcripts.py second_aside    those of a folder in it, kept aside
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from program import FOLDER, PATHS, Name, Program, words

from bptt.slips import check_function

# A slip has one name in the head of a program and may have another in the package, with more around it.
SAME = {
    "W not transposed": " not transposed",
    "repeated indices are added once": "repeated words added once",
    "the state before the first step wraps round to the last": "h⁽⁰⁾ wraps round to h⁽ᵀ⁾",
    "the upstream gradient is changed in place": "an array changed in place",
    "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾": "one step late: ",
    "the backward direction is not turned round": "a direction is not turned round: ",
    "a term is dropped": "a term is dropped: ",
    "σ′ after the log": "sigmoid′ too many: ",
    "the halves of [h; x] are swapped": "the halves are swapped: ",
    # Those of the third set are in words of their author, who did not know those of the package.
    "softmax of the attention differentiated like a sigmoid, a(1 - a) on the diagonal only": (
        "only the diagonal of softmax′"
    ),
    "dropout mask not applied on the way back, only the division by the keep probability": (
        "the mask is forgotten"
    ),
    "words that occur more than once in a batch are counted once, += with repeated indices": (
        "repeated words added once"
    ),
    "the slope of the sigmoid is multiplied in once more, though a - y already contains it": (
        "sigmoid′ too many: "
    ),
    "tied weights, the gradient through the input overwrites the one through the output instead of adding": (
        "overwritten, not added up"
    ),
    "the bias of the input gate gets the delta of the forget gate": "delta_f in place of delta_i",
    "gradient of the candidate's recurrent weight made with h, not with the reset state r * h": (
        "a factor is dropped: r"
    ),
    "hs[t - 1] at the first step is the last state, not the state before the first": (
        "h⁽⁰⁾ wraps round to h⁽ᵀ⁾"
    ),
}
TRANSCRIPTS = Path(__file__).with_name("transcripts")


@dataclass(frozen=True)
class Transcript:
    """What was said of a program.

    Attributes:
        said: the report, or the refusal.
        wrong: the tensors that it calls wrong; None if it refused.
        slip: the slip that it names.
    """

    program: Program
    said: str
    wrong: list[Name] | None
    slip: str

    @property
    def found(self) -> bool:
        """Whether exactly the wrong tensors were called wrong."""
        if self.wrong is None:
            return False
        # A container has the name of f's argument before those of the head.
        expected = [self.program.called(name) for name in self.program.wrong]
        return len(self.wrong) == len(expected) and all(
            any(one[-len(name) :] == name for one in self.wrong) for name in expected
        )

    @property
    def named(self) -> bool:
        """Whether the slip that it names is that of the head."""
        slip = self.program.head.get("slip", "")
        return bool(slip) and not self.slip.startswith("either") and SAME.get(slip, slip) in self.slip

    @property
    def falsely(self) -> bool:
        """Whether a right gradient was called wrong."""
        return bool(self.wrong) and not self.program.wrong


def transcript(program: Program) -> Transcript:
    try:
        found = check_function(program.path, method=program.head.get("method", "complex step"))
    except (TypeError, ValueError) as error:
        return Transcript(program, f"{type(error).__name__}: {error}", None, "")
    wrong = [words(tensor.name) for tensor in found.report.with_status("wrong")]
    return Transcript(program, str(found), wrong, found.slip)


def write(paths: Iterable[Path]) -> None:
    for path in paths:
        one = transcript(Program(path))
        file = TRANSCRIPTS / f"{one.program.name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        head = "\n".join(f"# {key}: {text}" for key, text in one.program.head.items())
        file.write_text(f"{head}\n\n{one.said}\n", encoding="utf-8")


if __name__ == "__main__":
    folder = FOLDER.joinpath(*sys.argv[1:])
    write(path for path in PATHS if path.parent == folder)
