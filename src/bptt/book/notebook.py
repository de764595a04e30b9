"""How an output is shown in a notebook that has left the book, or never belonged to it.

A kernel cannot read its notebook's metadata, so the first code cell of a chapter hands over what it needs.
"""

import os
from collections.abc import Mapping

from bptt.book.commonmark import CommonMark

BOOK = "UNROLLED_BOOK"  # set in the environment of the kernels that execute the book for its pages

_numbers: dict[str, str] = {}
_quotes: dict[str, str] = {}


def in_the_book() -> bool:
    """Tell whether an output is for a page of the site, which is made of MyST."""
    return BOOK in os.environ


def numbered(numbers: Mapping[str, str]) -> None:
    """Let the equations with these labels bear the numbers that they have in the book."""
    _numbers.update(numbers)


def quoted(quotes: Mapping[str, str]) -> None:
    """Let the records with these ids be quoted, in this Markdown, above the answers to them."""
    _quotes.update(quotes)


def shown(myst: str, numbers: Mapping[str, str] = _numbers, quotes: Mapping[str, str] = _quotes) -> str:
    """Write an output's MyST in the Markdown of notebooks: what it points to is named, and not linked."""

    def equation(label: str, words: str) -> str:
        return f"({numbers[label]})" if label in numbers else label.replace("-", " ")

    def named(target: str, words: str) -> str:
        return words or target

    def code(target: str, words: str) -> str:
        return f"`{target}`"

    roles = {"eq": equation, "ref": named, "symbol": code}
    quote = {"quoted": lambda block: quotes.get(block.argument, "")}
    return CommonMark(roles, quote, numbers)(myst)
