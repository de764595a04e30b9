"""A small table of numbers, with as many digits as a reader needs and not as Python prints them."""

from collections.abc import Iterable, Mapping


class Table:
    """Rows of numbers, each with its name, as Markdown; the first row is the head."""

    def __init__(self, rows: Mapping[str, Iterable[object]], digits: int = 4) -> None:
        head, *others = ([name, *(rounded(value, digits) for value in row)] for name, row in rows.items())
        self.lines = [head, ["---", *["---:"] * (len(head) - 1)], *others]

    def __str__(self) -> str:
        return "\n".join(f"| {' | '.join(line)} |" for line in self.lines)

    __repr__ = _repr_markdown_ = __str__


def rounded(value: object, digits: int) -> str:
    """Write a float with so many digits, as a power of ten where it is very large or small."""
    if not isinstance(value, float):
        return str(value)
    number, _, power = f"{value:.{digits}g}".partition("e")
    return rf"${number}\cdot 10^{{{int(power)}}}$" if power else number
