"""Sums and products over time or over positions, in all the ways in which people say over what they run."""

from bptt.check.differentials import Derivatives
from bptt.check.marks import ADD, MULTIPLY
from bptt.check.stream import CLOSING
from bptt.check.tokens import NotUnderstood, Token
from bptt.check.tree import Node, Range, running

SUMS = {"Σ": "sum", "sum": "sum", "Π": "prod", "prod": "prod", "sum_over": "sum", "product_over": "prod"}


class Sums(Derivatives):
    """Reads sums with their limits."""

    def sum(self, token: Token) -> Node:
        kind = SUMS.get(token.text) or SUMS[token.text.split("_")[0]]
        ranges: list[Range] = []
        _, _, below = token.text.partition("_")
        if below and below != "over":
            for n, letter in enumerate(below):
                ranges.append(Range(Token("name", letter, token.end - len(below) + n, token.end)))
        elif self.sees_name("over", "from"):
            self.next()
            ranges = self.spoken()
        for _ in "ab":
            if self.sees("_"):
                self.next()
                ranges = self.limits()
            elif self.sees("^") and ranges:
                self.next()
                ranges[-1].last = self.limit()
        if ranges:
            body = self.expression(MULTIPLY)
            return running(kind, ranges, body, token.start, body.end)
        return self.summed(kind, token)

    def summed(self, kind: str, token: Token) -> Node:
        """Read sum(..): over a variable that is named first, behind it or in a loop, or over all entries."""
        opened = self.want("(")
        before, self.in_place = self.in_place, False
        listed = self.opens("[", "(") if self.generates() else None
        ranges = []
        following = self.ahead().text
        if self.token.kind == "name" and (
            following in ("=", "in") or (following == "," and self.is_variable())
        ):
            ranges = [self.running_first()]
            self.want(",")
        body = self.expression(ADD)
        while self.sees_name("for"):
            ranges.append(self.loop())
        if listed:
            self.want(CLOSING[listed.text], listed)
        along = False
        while self.takes(","):
            if (
                self.token.kind == "name"
                and self.ahead().text == "="
                and self.token.text in ("axis", "keepdims")
            ):
                self.at += 2
                self.expression(ADD)
                along = True
            elif self.token.kind == "name" and not ranges:
                ranges = [self.running_first()]
            elif self.token.kind == "number" and self.ahead().text == ")":
                self.next()  # the start of Python's sum, or an axis
            else:
                self.unexpected()
        self.in_place = before
        end = self.want(")", opened).end
        if ranges:
            return running(kind, ranges, body, token.start, end)
        if kind == "prod" or along:
            raise NotUnderstood(
                f"say over what it runs, as in {kind}(.. for t in range(1, T+1))", token.start, end
            )
        return Node("total", [body], None, token.start, end)

    def generates(self) -> bool:
        """Tell whether a loop stands in the brackets that open here."""
        depth, at = 1, self.at + 1
        if not self.sees("[", "("):
            return False
        while at < len(self.tokens) - 1 and depth:
            token = self.tokens[at]
            if token.kind == "sign":
                depth += (token.text in "([{") - (token.text in ")]}")
            elif token.text == "for" and depth == 1:
                return True
            at += 1
        return False

    def is_variable(self) -> bool:
        """Tell whether the name before a comma is what a sum runs over, and no quantity."""
        word = self.token.text
        return not self.knows(word) or self.names.may_run(word)

    def running_first(self) -> Range:
        """Read t, t=1..T, t in 1..T or, where two more follow, t, 1, T."""
        found = Range(self.next())
        if self.takes("=") or (self.sees_name("in") and self.next()):
            self.limits_of(found)
        elif self.sees(",") and self.is_limit(1):
            self.next()
            found.first = self.limit()
            self.want(",")
            found.last = self.limit()
        return found

    def is_limit(self, count: int) -> bool:
        """Tell whether two limits and a comma follow: a number or a name, with an offset, each."""
        for _ in "ab":
            token = self.ahead(count)
            if token.kind not in ("number", "name"):
                return False
            count += 1
            if self.ahead(count).text in ("+", "-"):
                count += 2
            if self.ahead(count).text != ",":
                return False
            count += 1
        return True

    def limits_of(self, found: Range) -> None:
        """Read 1..T, 1 to T, 1, ..., T, or a range of Python's."""
        if self.sees_name("range", "reversed"):
            self.in_range(found)
            return
        found.first = self.limit()
        if self.takes(","):
            self.want("..")
            self.want(",")
            found.last = self.limit()
        elif self.takes("..", ":") or (self.sees_name("to") and self.next()):
            found.last = self.limit()

    def limit(self) -> Node:
        """Read one limit of a sum, as it stands above, below or in a range."""
        if self.sees("{"):
            opened = self.next()
            node = self.place()
            self.want("}", opened)
            return node
        if self.tokens[self.at - 1].text == "^":
            return self.place_word()
        before, self.in_place = self.in_place, True
        node = self.expression(ADD)
        self.in_place = before
        return node

    def limits(self) -> "list[Range]":
        """Read what stands below a sum sign: t, i,j, t=1, or conditions such as 1 ≤ s ≤ t."""
        if not self.sees("{", "("):
            return [
                Range(Token("name", letter, self.token.start, self.token.end)) for letter in self.next().text
            ]
        opened = self.next()
        found: list[Range] = []
        while True:
            found += self.condition()
            if not self.takes(","):
                break
        self.want(CLOSING[opened.text], opened)
        return found

    def condition(self) -> "list[Range]":
        first, strict_first = None, 0
        if self.ahead().text in ("<", "<=") and self.token.kind == "number":
            first = self.limit()
            strict_first = int(self.next().text == "<")
        word = self.next()
        if word.kind != "name":
            raise NotUnderstood("expected what the sum runs over, such as t=1", word.start, word.end)
        if not (self.sees("=", "<", "<=", ">=", ">", ":") or self.sees_name("in", "from")):
            letters = [word.text] if first or self.names.may_run(word.text) else list(word.text)
            found = [Range(Token("name", letter, word.start, word.end)) for letter in letters]
        else:
            found = [Range(word)]
        sign = self.token.text
        if self.takes("=") or (self.sees_name("in", "from") and self.next()):
            self.limits_of(found[0])
        elif self.takes("<", "<="):
            found[0].last, found[0].after_last = self.limit(), -int(sign == "<")
        elif self.takes(">", ">="):
            found[0].first, found[0].after_first = self.limit(), int(sign == ">")
        if first:
            found[0].first, found[0].after_first = first, strict_first
        return found

    def spoken(self) -> "list[Range]":
        """Read over t of .., over t from 1 to T of .., over t = 1..T: .."""
        found = [Range(self.next())]
        while (self.takes(",") or (self.sees_name("and") and self.next())) and self.token.kind == "name":
            found.append(Range(self.next()))
        if self.takes("=") or (self.sees_name("from", "in") and self.next()):
            self.limits_of(found[-1])
        if not (self.sees_name("of") and self.next()):
            self.takes(":", ",")
        return found

    def loop(self) -> Range:
        """Read for t in range(1, T+1), reversed(range(..)) or 1..T."""
        self.next()
        found = Range(self.next())
        if not self.sees_name("in"):
            self.want("in")
        self.next()
        self.limits_of(found)
        return found

    def in_range(self, found: Range) -> None:
        word = self.next()
        opened = self.want("(")
        if word.text == "reversed" and self.sees_name("range"):
            self.in_range(found)
            found.down = not found.down
            self.want(")", opened)
            return
        limits = [self.limit()]
        while self.takes(",") and len(limits) < 3:
            limits.append(self.limit())
        self.want(")", opened)
        if len(limits) == 1:
            found.whole = repr(limits[0]) == "name(T)"
            limits.insert(0, Node("number", (), "0", word.start, word.end))
        found.first, found.last, found.after_last = limits[0], limits[1], -1
        if len(limits) == 3:
            if repr(limits[2]) != "minus(number(1))":
                raise NotUnderstood("a range goes up or down by one", limits[2].start, limits[2].end)
            found.first, found.last, found.down = limits[1], limits[0], True
            found.after_first, found.after_last = 1, 0
