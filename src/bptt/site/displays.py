"""No two displays of the book look alike and say different things; where two do, the build stops.

A display is an equation as it is printed, with what is printed around it: the ranges of its indices, what is
given, conditions, the values that were put in. What moves and what is held stands in the equation itself.
A name means on one page one thing; on two pages it may mean two, if each of them shows its definition.
Two displays collide where what surrounds them is the same and

- both were proved, their left sides are printed alike and their right sides are not, nor proved equal;
- one was proved and one refuted, and both of their sides are printed alike.

From A = B and A = C follows B = C, so right sides are proved equal where the left side is one formula, not
only one print: each display carries the mark of what its left side means, with every name opened and all that
is supposed. Nothing else counts as a proof here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from bptt.site.ledger import YES, shown


class Collision(Exception):
    """Two displays that a reader cannot tell apart, and that contradict each other."""


@dataclass(frozen=True)
class Display:
    """An equation as it is printed on a page, whether it holds, and what its left side means."""

    page: str
    label: str
    left: str
    right: str
    context: tuple[str, ...]
    defined: Mapping[str, set[str]]  # what the page says that the names in it mean
    typed: str
    meaning: str
    holds: bool

    def __str__(self) -> str:
        verdict = "proved" if self.holds else "refuted"
        around = f" ({'; '.join(self.context)})" if self.context else ""
        return f"{self.page}, {self.label}, {verdict}: {self.typed}{around}"

    def told_apart(self, other: "Display") -> bool:
        """Tell whether their pages say of one name that stands in both that it means different things."""
        return any(
            name in other.defined and meanings != other.defined[name]
            for name, meanings in self.defined.items()
        )

    def contradicts(self, other: "Display") -> bool:
        """Tell whether two displays with one left side and one context say different things."""
        if self.page != other.page and self.told_apart(other):
            return False
        if self.holds != other.holds:
            return self.right == other.right
        return self.holds and self.right != other.right and self.meaning != other.meaning


def check(notebooks: Mapping[str, NotebookNode]) -> None:
    """Compare all displays of a book with each other; raises Collision, which names every pair."""
    if found := collisions(displays(notebooks)):
        pairs = "\n".join(f"{one}\n  against {other}" for one, other in found)
        raise Collision(f"displays that look alike and contradict each other:\n{pairs}")


def displays(notebooks: Mapping[str, NotebookNode]) -> list[Display]:
    """List what the outputs of all pages show to hold or not to hold."""
    return [display for page, notebook in notebooks.items() for display in displayed(page, notebook)]


def displayed(page: str, notebook: NotebookNode) -> Iterable[Display]:
    outputs = list(shown(notebook))
    definitions: dict[str, set[str]] = defaultdict(set)
    for output in outputs:
        if one := output.get("defines"):
            definitions[one["left"]].add(one["right"])
    for output in outputs:
        for one in output.get("displays", ()):
            yield Display(
                page,
                output["label"],
                one["left"],
                one["right"],
                tuple(one["context"]),
                {name: definitions[name] for name in one["names"] if name in definitions},
                one["typed"],
                one["meaning"],
                output["outcome"] in YES,
            )


def collisions(found: Iterable[Display]) -> list[tuple[Display, Display]]:
    """List the pairs that contradict each other, the earlier one of each first."""
    alike: dict[Any, list[Display]] = defaultdict(list)
    pairs = []
    for display in found:
        before = alike[display.left, display.context]
        pairs += [(other, display) for other in before if display.contradicts(other)]
        before.append(display)
    return pairs
