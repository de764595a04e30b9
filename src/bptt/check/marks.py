"""Names and the marks behind them: transposes, powers, indices and times, however they are written."""

from bptt.check.names import Names
from bptt.check.stream import CLOSING, Stream
from bptt.check.tokens import NotUnderstood, Token
from bptt.check.tree import Node, chain

MOST_MARKS = 10
ADD, MULTIPLY, BESIDE = 1, 2, 3  # how tightly + binds, then * and @, then what stands side by side


class Marks(Stream):
    """Reads what stands behind an operand; the operand itself, and whole formulas, are read by others."""

    def __init__(self, found: "list[Token]", names: Names) -> None:
        super().__init__(found)
        self.names, self.knows = names, names.knows
        self.in_place = False  # inside an index, where unknown words are cut into letters

    def expression(self, level: int) -> Node:
        raise NotImplementedError

    def marked(self, node: Node) -> "Node | None":
        """Read one mark behind an operand: a transpose, a power, an index or a time."""
        if self.sees("'", "ᵀ"):
            return Node("transpose", [node], None, node.start, self.next().end)
        if self.sees("**", ".^"):
            self.next()
            return self.power(node)
        if self.sees("^"):
            self.next()
            return self.raised(node)
        if self.sees("_"):
            self.next()
            return self.lowered(node)
        if self.sees("[") and self.token.start == node.end:
            return self.at_places(node, "[")
        if self.sees("(") and node.kind in ("name", "gradient") and self.is_time_ahead():
            opened = self.next()
            place = self.place()
            return Node("at", [node, place], "(", node.start, self.want(")", opened).end)
        if self.sees(".") and self.ahead().kind == "name":
            return self.method(node)
        return None

    def is_time_ahead(self) -> bool:
        """Tell whether what follows in parentheses could be a time: (t), (t-1), (T), (0)."""
        at, word = self.at + 1, ""
        while at < len(self.tokens) - 1 and self.tokens[at].text != ")" and len(word) < 9:
            word += self.tokens[at].text
            at += 1
        base = word.split("+")[0].split("-")[0]
        rest = word[len(base) + 1 :]
        return len(base) == 1 and (base.isdigit() or base in "tTsjkr") and (word == base or rest.isdigit())

    def power(self, node: Node) -> Node:
        if self.sees("(") and not (self.ahead().kind == "number" or self.ahead().text == "-"):
            raised = self.next()
            place = self.place()
            return Node("at", [node, place], "^", node.start, self.want(")", raised).end)
        opened = self.opens("(", "{")
        sign = -1 if self.takes("-") else 1
        number = self.next()
        end = number.end
        if number.kind == "name" and sign == 1 and not opened:
            return Node("at", [node, self.word(number, True)], "^", node.start, end)
        if opened:
            end = self.want(CLOSING[opened.text], opened).end
        return self.powered(node, number, sign, end)

    def powered(self, node: Node, number: Token, sign: int, end: int) -> Node:
        whole = number.text.rstrip("0").rstrip(".") if "." in number.text else number.text
        if number.kind != "number" or not whole.isdigit() or int(whole) > 6:
            raise NotUnderstood("a power is a whole number up to 6", number.start, number.end)
        return Node("power", [node], sign * int(whole), node.start, end)

    def raised(self, node: Node) -> Node:
        """Read what stands above: ᵀ, a power, or a time such as (t-1)."""
        token = self.token
        if self.takes("ᵀ", "'") or (token.kind == "name" and token.text == "T" and self.next()):
            return Node("transpose", [node], None, node.start, token.end)
        if token.kind == "number" or self.sees("-"):
            return self.power(node)
        if node.kind == "name" and node.value == "e" and not self.knows("e"):
            opened = self.want("{") if self.sees("{") else self.want("(")
            arg = self.expression(ADD)
            return Node("call", [arg], ("exp", 0, 1), node.start, self.want(CLOSING[opened.text], opened).end)
        if self.sees("(", "[", "<", "⟨"):
            return self.timed(node)
        if not self.sees("{"):
            return Node("at", [node, self.place_word()], "^", node.start, token.end)
        opened, count = self.next(), 0
        while not self.sees("}"):
            token = self.token
            if self.takes("ᵀ", "'") or (
                self.sees_name("T") and self.ahead().text in ("}", "(", ",") and self.next()
            ):
                node = Node("transpose", [node], None, node.start, token.end)
            elif self.takes(",", "⊙"):
                pass
            elif self.sees("(", "[", "<", "⟨"):
                node = self.timed(node)
            elif token.kind == "number" or (self.sees("-") and self.ahead().kind == "number"):
                node = self.power(node)
            else:
                place = self.place()
                node = Node("at", [node, place], "^", node.start, place.end)
            count += 1
            if count > MOST_MARKS:
                raise NotUnderstood("there are too many marks behind this", node.start, node.end)
        return Node(node.kind, node.parts, node.value, node.start, self.want("}", opened).end)

    def timed(self, node: Node) -> Node:
        opened = self.next()
        place = self.place()
        closed = self.want(CLOSING[opened.text], opened)
        return Node("at", [node, place], "time", node.start, closed.end)

    def lowered(self, node: Node) -> Node:
        if node.kind == "number" and node.value == "1":
            node = Node("name", (), "ones", node.start, node.end)
        if self.sees("{"):
            return self.at_places(node, "_")
        token = self.token
        if self.sees("("):
            return self.at_places(node, "_")
        return Node("at", [node, self.place_word()], "_", node.start, token.end)

    def place_word(self) -> Node:
        """Read an index of one word or number."""
        token = self.next()
        if token.kind == "name":
            return self.word(token, True)
        if token.kind == "number":
            return Node("number", (), token.text, token.start, token.end)
        raise NotUnderstood("expected an index or a time here, such as t or {t-1}", token.start, token.end)

    def at_places(self, node: Node, style: str) -> Node:
        opened = self.next()
        places = [self.place()]
        while self.takes(","):
            places.append(self.place())
        return Node("at", [node] + places, style, node.start, self.want(CLOSING[opened.text], opened).end)

    def place(self) -> Node:
        """Read one index: a time, a letter, a label, or a condition such as i = y."""
        before, self.in_place = self.in_place, True
        if self.sees(":"):
            token = self.next()
            node = Node("all", (), None, token.start, token.end)
        else:
            node = self.equality()
        self.in_place = before
        return node

    def equality(self) -> Node:
        left = self.expression(ADD)
        if self.takes("==", "="):
            right = self.expression(ADD)
            return Node("equals", [left, right], None, left.start, right.end)
        return left

    def method(self, node: Node) -> Node:
        self.next()
        word = self.next()
        if word.text == "T":
            return Node("transpose", [node], None, node.start, word.end)
        if word.text in ("transpose", "sum", "dot", "copy", "flatten", "ravel") and self.sees("("):
            args, end = self.arguments()
            if word.text == "dot" and len(args) == 1:
                return Node("call", [node] + args, ("dot", 0, 1), node.start, end)
            if word.text == "transpose" and not args:
                return Node("transpose", [node], None, node.start, end)
            if word.text == "sum" and not args:
                return Node("total", [node], None, node.start, end)
            if word.text == "copy" and not args:
                return node
        raise NotUnderstood("behind a dot .T, .dot(..) and .sum() are understood", word.start, word.end)

    def arguments(self) -> "tuple[list[Node], int]":
        """Read what stands in parentheses; what only says how NumPy lays out an array is left out."""
        opened, args = self.next(), []
        before, self.in_place = self.in_place, False
        while not self.sees(")"):
            if self.token.kind == "name" and self.ahead().text == "=" and self.token.text in (
                "axis", "keepdims", "dtype", "n", "num_classes", "dim", "minlength",
            ):  # fmt: skip
                self.at += 2
                self.expression(ADD)
            else:
                args.append(self.listed() if self.sees("(") and self.is_tuple() else [self.expression(ADD)])
            if not self.takes(","):
                break
        self.in_place = before
        end = self.want(")", opened).end
        return [node for group in args for node in group], end

    def is_tuple(self) -> bool:
        """Tell whether a shape stands here, as in ones((n, 1))."""
        return self.ahead(2).text == "," and self.ahead(4).text == ")"

    def listed(self) -> "list[Node]":
        opened, found = self.next(), [self.expression(ADD)]
        while self.takes(","):
            found.append(self.expression(ADD))
        self.want(")", opened)
        return found

    def word(self, token: Token, in_place: bool) -> Node:
        """Read a name, with what stands below it in the same word, or cut it into names."""
        word = token.text
        if self.knows(word):
            return Node("name", (), word, token.start, token.end)
        stem = word.rstrip("0123456789")
        if stem != word and self.knows(stem):
            at = token.start + len(stem)
            parts = [
                Node("name", (), stem, token.start, at),
                Node("number", (), word[len(stem) :], at, token.end),
            ]
            return Node("at", parts, "_", token.start, token.end)
        stem, _, below = word.rpartition("_")
        if stem and below and (self.knows(stem) or stem == "e"):
            at = token.start + len(stem) + 1
            places = self.below(below, at)
            if places:
                return Node(
                    "at", [Node("name", (), stem, token.start, at - 1)] + places, "_", token.start, token.end
                )
        letters = self.cut(word, in_place)
        if len(letters) == 1 or token.end - token.start != len(word):
            return Node("name", (), word, token.start, token.end)
        parts, at = [], token.start
        for letter in letters:
            parts.append(Node("name", (), letter, at, at + len(letter)))
            at += len(letter)
        return chain(parts, [""] * (len(parts) - 1))

    def below(self, below: str, at: int) -> "list[Node]":
        """Read what stands below in one word: a time, a number, or letters that are indices."""
        if below in ("prev", "next", "last", "tm1", "tp1") or below.isdigit() or len(below) == 1:
            kind = "number" if below.isdigit() else "name"
            return [Node(kind, (), below, at, at + len(below))]
        if len(below) == 2 and below.isalpha():
            return [Node("name", (), below[n], at + n, at + n + 1) for n in (0, 1)]
        return []

    def cut(self, word: str, in_place: bool) -> "list[str]":
        """Cut a word into known ones, the longest first; in an index into letters. One word: it cannot be."""
        found, at = [], 0
        while at < len(word) and len(word) <= 24:
            ends = [end for end in range(len(word), at, -1) if self.knows(word[at:end])]
            if not ends and in_place and word.isalpha():
                ends = [at + 1]
            if not ends:
                return [word]
            found.append(word[at : ends[0]])
            at = ends[0]
        return found if at == len(word) else [word]
