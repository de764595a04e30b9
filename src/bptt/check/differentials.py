"""Derivatives that stand in an answer: ∂L/∂h, ∇_h L, dL/dh, and those of one quantity by another."""

from bptt.check.marks import ADD, MOST_MARKS, Marks
from bptt.check.tokens import NotUnderstood, Token
from bptt.check.tree import Node, chain

LOSSES = ("L", "E", "J", "l", "ell", "loss", "Loss")  # what a loss is called, where it is differentiated


class Derivatives(Marks):
    """Reads quotients of differentials and gradients; an operand is read by others."""

    def atom(self) -> Node:
        raise NotImplementedError

    def hatted(self, token: Token) -> Node:
        opened = self.opens("{")
        word = self.next()
        if word.text != "y":
            raise NotUnderstood(
                "of letters with a hat only ŷ, the prediction, is known", token.start, word.end
            )
        node = Node("name", (), "yhat", token.start, word.end)
        if opened:
            marked = self.marked(node)
            while marked is not None and not self.sees("}"):
                marked = self.marked(marked)
            node = marked or node
            self.want("}", opened)
        return node

    def fraction(self, token: Token) -> Node:
        if not self.sees("{"):
            above, below = self.atom(), self.atom()
            return Node("group", [chain([above, below], ["/"])], None, token.start, below.end)
        opened = self.want("{")
        if self.sees("∂") or (self.token.kind == "name" and is_differential(self.token.text)):
            return self.quotient(token, opened)
        above = self.expression(ADD)
        self.want("}", opened)
        opened = self.want("{")
        below = self.expression(ADD)
        end = self.want("}", opened).end
        return Node(
            "group", [Node("product", [above, below], ["/"], above.start, end)], None, token.start, end
        )

    def quotient(self, token: Token, opened: Token) -> Node:
        """Read \\frac{∂L}{∂h}, or that of one quantity by another."""
        of = self.differentiated()
        self.want("}", opened)
        opened = self.want("{")
        by = self.differentiated()
        end = self.want("}", opened).end
        return derivative(of, by, token.start, end)

    def partial(self, token: Token) -> Node:
        """Read ∂L/∂h, or that of one quantity by another."""
        self.at -= 1
        of = self.differentiated()
        self.want("/")
        by = self.differentiated()
        return derivative(of, by, token.start, by.end)

    def differentiated(self) -> Node:
        """Read what stands behind ∂ or d; the loss is a name that nothing else is known by."""
        if self.takes("∂"):
            self.takes("^") and self.takes("+")
            token = self.next()
            if token.kind == "sign" and token.text == "(":
                node = self.expression(ADD)
                self.want(")", token)
                return node
        else:
            token = self.next()
            if token.kind != "name" or token.text[:1] != "d" or len(token.text) < 2:
                raise NotUnderstood("expected ∂ and a quantity here, as in ∂L/∂h", token.start, token.end)
            token = Token("name", token.text[1:], token.start + 1, token.end)
        if token.text == "\\hat":
            node = self.hatted(token)
        elif token.kind == "name":
            node = (
                Node("name", (), token.text, token.start, token.end)
                if token.text in LOSSES
                else self.word(token, False)
            )
        else:
            raise NotUnderstood("expected a quantity here, as in ∂L/∂h", token.start, token.end)
        return self.quantity(node)

    def quantity(self, node: Node) -> Node:
        """Read what stands behind a quantity: the time at which it is meant."""
        for _ in range(MOST_MARKS):
            timed = self.sees("[", "_", "^") or (self.sees("(") and self.is_time_ahead())
            marked = self.marked(node) if timed else None
            if marked is None:
                break
            node = marked
        return node

    def is_quotient(self) -> bool:
        """Tell whether d and a name follow a division sign, as in dL/dh."""
        following = self.ahead()
        return (
            self.sees("/")
            and following.kind == "name"
            and following.text[:1] == "d"
            and len(following.text) > 1
        )

    def by(self, token: Token) -> Node:
        return Node("gradient", [self.differentiated()], None, token.start, self.tokens[self.at - 1].end)

    def gradient(self, token: Token) -> Node:
        """Read ∇_h L, with the time of h below or behind."""
        self.want("_")
        opened = self.opens("{")
        if opened:
            node = self.expression(ADD)
            end = self.want("}", opened).end
        else:
            word = self.next()
            node, end = self.word(word, False), word.end
            if self.sees("[") or (self.sees("(") and self.is_time_ahead()):
                node = self.marked(node) or node
                end = node.end
        if self.sees_name(*LOSSES) and not self.knows(self.token.text):
            end = self.next().end
        return Node("gradient", [node], None, token.start, end)


def is_differential(word: str) -> bool:
    """Tell whether a word is the differential of a loss."""
    return word[:1] == "d" and word[1:] in LOSSES


def derivative(of: Node, by: Node, start: int, end: int) -> Node:
    loss = of.kind == "name" and of.value in LOSSES
    return Node("gradient", [by], None, start, end) if loss else Node("jacobian", [of, by], None, start, end)
