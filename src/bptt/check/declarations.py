"""Symbols of one's own: what ``W: n n, x: n, h[t]: n, y[t]: label k, t in 1..T`` declares."""

from bptt.check.names import Names
from bptt.check.questions import Question, Typed
from bptt.check.stream import Stream
from bptt.check.tokens import NotUnderstood, Token, tokens
from bptt.kernel import Horizon, Labels, Moment, Series, Size, Step, matrix, scalar
from bptt.kernel.language.shape import Dimension

LIKE = "W: n n, x: n, h[t]: n, y[t]: label k, t in 1..T"


def declared(text: str) -> "tuple[Names, str]":
    """Read the declarations in front; what follows them stays at its place, behind blanks.

    They end with the last line break or semicolon before the equation.
    """
    end = max(text.rstrip(" \n;").rfind("\n"), text.rstrip(" \n;").rfind(";")) + 1
    if not end:
        raise NotUnderstood(
            f"declare the symbols in a line before the equation, such as {LIKE}", 0, len(text)
        )
    found = Declarations(tokens(text[:end].replace(";", ",")))
    found.all()
    symbols = found.symbols
    question = Question("free", "Are both sides equal?", "", symbols, scalar("a"), None, scalar("a"))
    return Names(question, [item for item in symbols.values() if isinstance(item, Step)]), " " * end + text[
        end:
    ]


class Declarations(Stream):
    """Walks the declarations; sizes and T are known as soon as they are named."""

    def __init__(self, found: "list[Token]") -> None:
        super().__init__(found)
        self.symbols: dict[str, Typed] = {}

    def all(self) -> None:
        while self.token.kind != "end":
            if not self.takes(","):
                self.one()

    def one(self) -> None:
        word = self.next()
        if word.kind != "name":
            raise NotUnderstood(f"expected a declaration such as {LIKE}", word.start, word.end)
        try:
            if self.sees_name("in"):
                self.next()
                self.add(word, Step(word.text, self.horizon(), self.moment(), self.last()))
                return
            timed = self.takes("[") and bool(self.next()) and bool(self.want("]"))
            self.want(":")
            self.add(word, self.thing(word, timed))
        except ValueError as error:
            if isinstance(error, NotUnderstood):
                raise
            raise NotUnderstood(str(error), word.start, word.end)

    def add(self, word: Token, thing: Typed) -> None:
        if word.text in self.symbols:
            raise NotUnderstood(f"{word.text} is declared already", word.start, word.end)
        self.symbols[word.text] = thing

    def thing(self, word: Token, timed: bool) -> Typed:
        if timed:
            self.horizon()
        if self.sees_name("label", "labels"):
            self.next()
            return Labels(word.text, self.size()) if timed else self.refuse("a label has a time here: y[t]")
        rows, cols = self.dimensions()
        return Series(word.text, rows, cols) if timed else matrix(word.text, rows, cols)

    def dimensions(self) -> "tuple[Dimension, Dimension]":
        found: list[Dimension] = []
        while len(found) < 2 and self.token.kind in ("name", "number"):
            found.append(1 if self.token.text == "1" and self.next() else self.size())
            self.takes("·")
        return (found[0] if found else 1), (found[1] if found[1:] else 1)

    def size(self) -> Size:
        word = self.next()
        known = self.symbols.get(word.text) or Size(word.text)
        if word.kind != "name" or not isinstance(known, Size) or word.text == "T":
            raise NotUnderstood(f"expected a size such as n, as in {LIKE}", word.start, word.end)
        self.symbols[word.text] = known
        return known

    def horizon(self) -> Horizon:
        known = self.symbols.get("T") or Horizon("T")
        if not isinstance(known, Horizon):
            self.refuse("T is the number of steps")
        self.symbols["T"] = known
        return known

    def moment(self) -> Moment:
        """Read a limit: a number, T or T-1."""
        word = self.next()
        base = self.horizon() if word.text == "T" else None
        if base is None and word.kind != "number":
            raise NotUnderstood("expected a limit such as 1, T or T-1", word.start, word.end)
        offset = 0 if base else int(word.text)
        if base and self.sees("+", "-"):
            sign = 1 if self.next().text == "+" else -1
            offset = sign * int(self.want_number().text)
        return Moment(base, offset)

    def last(self) -> Moment:
        self.want("..")
        return self.moment()
