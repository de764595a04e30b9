"""The grammar of what is typed: an operator precedence parser.

Nothing is evaluated. Of names it knows only that they are known: a word that is not is cut into words that
are, so that ``Wh`` is W h.
"""

from bptt.check.differentials import is_differential
from bptt.check.marks import ADD, BESIDE, MOST_MARKS, MULTIPLY
from bptt.check.names import Names
from bptt.check.stream import CLOSING
from bptt.check.sums import SUMS, Sums
from bptt.check.tokens import NotUnderstood, Token, tokens
from bptt.check.tree import Node, Statement, chain, negative

DEEPEST = 15

PRODUCTS = {"*": "*", ".*": "*", "⊙": "*", "@": "@", "⊗": "⊗", "/": "/", "./": "/"}
# The functions that take one argument, and those that take two; some stand in both.
ONE = """
    tanh exp cosh sech diag D Diag diagflat transpose square eye identity ones_like trace dtanh tanh_prime
    negative total softmax onehot one_hot ones
"""
TWO = """
    outer dot inner vdot matmul multiply hadamard matrix_power power add subtract divide delta onehot one_hot
    ones softmax
"""
CALLS = {"einsum": (2, 5)}
CALLS.update((word, (1, 1)) for word in ONE.split())
CALLS.update((word, (1 if word in CALLS else 2, 2)) for word in TWO.split())
# What may stand before its argument without parentheses.
BARE = ("tanh", "exp", "cosh", "sech", "softmax", "diag")
KEYWORDS = ("for", "in", "over", "of", "from", "to", "if", "else", "lambda", "import", "and", "or", "not")
MODULES = ("np", "numpy", "jnp", "torch", "sp", "sympy", "tf", "math", "xp")


def parse(text: str, names: "Names") -> Statement:
    """Read a formula, with or without its left side; raises NotUnderstood."""
    try:
        return Parser(tokens(text), names).statement()
    except RuntimeError:  # also the one of too deep a recursion, where an interpreter has little stack
        raise NotUnderstood("this is nested too deeply", 0, len(text))


def parse_equation(text: str, names: "Names") -> "tuple[Node, Node]":
    """Read two sides and one equals sign between them; raises NotUnderstood."""
    parser = Parser(tokens(text), names)
    signs = parser.equals()
    if len(signs) != 1:
        raise NotUnderstood("expected two sides and one = between them", 0, len(text))
    left = parser.expression(ADD)
    if parser.at != signs[0]:
        parser.unexpected()
    parser.at += 1
    right = parser.expression(ADD)
    parser.finish()
    return left, right


class Parser(Sums):
    """Reads a whole text."""

    def __init__(self, found: "list[Token]", names: Names) -> None:
        super().__init__(found, names)
        self.depth, self.matlab = 0, self.is_matlab()

    def is_matlab(self) -> bool:
        """Tell whether * is the product of matrices: where .* stands too, or ' transposes and @ is not."""
        signs = [token.text for token in self.tokens if token.kind == "sign"]
        if any(sign in (".*", ".^", "./") for sign in signs):
            return True
        if "'" not in signs or "@" in signs or "⊙" in signs:
            return False
        return any(
            token.kind == "sign"
            and token.text == "'"
            and not (before.text in CALLS or self.names.is_function(before.text))
            for before, token in zip(self.tokens, self.tokens[1:])
        )

    def equals(self) -> "list[int]":
        """Find the equals signs that stand in no parentheses."""
        depth, found = 0, []
        for at, token in enumerate(self.tokens):
            if token.kind == "sign":
                depth += (token.text in "([{") - (token.text in ")]}")
                spoken = self.tokens[at - 2].text in ("over", "from")  # a sum over t = 1..T
                if depth == 0 and token.text in ("=", "+=", "-=") and not spoken:
                    found.append(at)
        return found

    def statement(self) -> Statement:
        around = []
        while self.sees_name("for"):
            around.append(self.loop())
            self.want(":")
        signs = [at for at in self.equals() if at >= self.at]
        left, sign = [], ""
        if signs:
            left, sign = self.tokens[self.at : signs[0]], self.tokens[signs[0]].text
            if len(signs) > 1:
                second = self.tokens[signs[1]]
                raise NotUnderstood(
                    "expected one equals sign; write one line for each step", second.start, second.end
                )
            self.at = signs[0] + 1
        body = self.expression(ADD)
        self.finish()
        return Statement(left, sign, body, around)

    def finish(self) -> None:
        while self.sees(".", ",", ";") and self.ahead().kind == "end":
            self.at += 1
        if self.token.kind != "end":
            token = self.token
            if token.text in CLOSING.values():
                self.unexpected()
            raise NotUnderstood(
                f"all before this is understood, but {token.text} cannot follow it: is an operator missing?",
                token.start,
                token.end,
            )

    def expression(self, level: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST + 1:
            raise NotUnderstood(f"this is nested deeper than {DEEPEST}", self.token.start, self.token.end)
        left = self.signed(level) if self.sees("-", "+") else self.product(level)
        terms = [left]
        while level <= ADD and self.sees("+", "-"):
            sign = self.next()
            term = self.signed(MULTIPLY) if self.sees("-", "+") else self.product(MULTIPLY)
            terms.append(negative(term, sign.start) if sign.text == "-" else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Node("plus", terms, None, left.start, terms[-1].end)

    def signed(self, level: int) -> Node:
        sign = self.next()
        arg = self.expression(MULTIPLY if level < MULTIPLY else level)
        return negative(arg, sign.start) if sign.text == "-" else arg

    def product(self, level: int) -> Node:
        """Read factors; those that stand side by side belong together before * and @ do."""
        parts, signs = [self.beside(level)], []
        while level <= MULTIPLY:
            if self.sees(*PRODUCTS):
                sign = PRODUCTS[self.next().text]
                # 1/T x is (1/T) x: nothing joins what stands below.
                matlab = self.matlab and self.tokens[self.at - 1].text == "*"
                signs.append("@*" if matlab else sign)
                parts.append(self.factor() if sign == "/" else self.beside(level))
            elif parts[1:] and self.starts():
                signs.append("")
                parts.append(self.factor())
            elif self.takes("·"):
                signs.append("·")
                parts.append(self.factor())
            else:
                break
        return chain(parts, signs)

    def beside(self, level: int) -> Node:
        parts, signs = [self.factor()], []
        while self.starts() or self.sees("·"):
            signs.append("·" if self.takes("·") else "")
            parts.append(self.factor())
        return chain(parts, signs)

    def starts(self) -> bool:
        """Tell whether a factor begins here, without an operator before it."""
        token = self.token
        if token.kind == "name":
            return token.text not in KEYWORDS
        return token.kind in ("number", "string") or (
            token.kind == "sign" and token.text in ("(", "[", "{", "Σ", "Π", "∂", "∇", "⟨", "\\frac", "\\hat")
        )

    def factor(self) -> Node:
        """Read one operand with the marks behind it."""
        if self.sees("-", "+"):
            return self.signed(BESIDE)
        node = self.atom()
        for _ in range(MOST_MARKS):
            marked = self.marked(node)
            if marked is None:
                return node
            node = marked
        raise NotUnderstood("there are too many marks behind this", node.start, node.end)

    def atom(self) -> Node:
        token = self.next()
        if token.kind == "number":
            return Node("number", (), token.text, token.start, token.end)
        if token.kind == "string":
            return Node("string", (), token.text, token.start, token.end)
        if token.kind == "name":
            return self.named(token)
        if token.text in ("(", "[", "{"):
            node = self.group(token)
            closed = self.want(CLOSING[token.text], token)
            kind = node.kind if node.kind != "name" else "group"
            return Node(kind, [node] if kind == "group" else node.parts, node.value, token.start, closed.end)
        if token.text in SUMS:
            return self.sum(token)
        if token.text == "∇":
            return self.gradient(token)
        if token.text == "∂":
            return self.partial(token)
        if token.text == "\\frac":
            return self.fraction(token)
        if token.text == "\\hat":
            return self.hatted(token)
        if token.text == "⟨":
            left = self.expression(ADD)
            self.want(",")
            right = self.expression(ADD)
            return Node("call", [left, right], ("inner", 0, 1), token.start, self.want("⟩", token).end)
        self.at -= 1
        return self.unexpected()

    def group(self, opened: Token) -> Node:
        before, self.in_place = self.in_place, False
        node = self.equality()
        self.in_place = before
        return node

    def named(self, token: Token) -> Node:
        word = token.text
        if word in MODULES and self.sees("."):
            while self.takes("."):
                token = self.next()  # np.linalg.x, torch.nn.x: only the last word counts
            word = token.text
        if word in KEYWORDS:
            self.at -= 1
            self.unexpected()
        if word in SUMS or word.split("_")[0] in ("sum", "prod"):
            return self.sum(token)
        if word in ("grad", "nabla") and not self.knows(word):
            return self.gradient(token)
        if is_differential(word) and self.is_quotient():
            self.next()
            return self.by(token)
        if word == "delta" and self.token.kind == "name" and self.names.is_differentiated(self.token.text):
            node = self.quantity(self.word(self.next(), False))
            return Node("gradient", [node], None, token.start, node.end)
        called = self.called(token)
        return called if called else self.word(token, self.in_place)

    def called(self, token: Token) -> "Node | None":
        """Read a function with its argument, its primes and its power, as in tanh'(a) and tanh^2(a)."""
        word, start = token.text, self.at
        timed = word == "D" and self.is_time_ahead()
        is_function = (word in CALLS and word not in self.names.symbols and not timed) or (
            self.knows(word) and self.is_applied()
        )
        if not is_function or (word == "delta" and not self.sees("(")):
            return None
        primes, power = 0, 1
        while self.sees("'"):
            self.next()
            primes += 1
        if self.sees("^", "**") and word in BARE:
            sign = self.next()
            braced = self.opens("{")
            number = self.next()
            power_node = self.powered(Node("number", (), "1", sign.start, sign.end), number, 1, number.end)
            power = int(str(power_node.value))
            if braced:
                self.want("}", braced)
        if self.sees("("):
            args, end = self.arguments()
            self.check_count(token, args, end)
            return Node("call", args, (word, primes, power), token.start, end)
        if word in BARE and (self.starts() or primes or power > 1):
            arg = self.factor()
            return Node("call", [arg], (word, primes, power), token.start, arg.end)
        self.at = start
        return None

    def is_applied(self) -> bool:
        """Tell whether a known word is followed by primes and a parenthesis that holds no time."""
        count = 0
        while self.ahead(count).text == "'" and count < 3:
            count += 1
        return self.ahead(count).text == "(" and self.names.is_function(self.tokens[self.at - 1].text)

    def check_count(self, token: Token, args: "list[Node]", end: int) -> None:
        least, most = CALLS.get(token.text, (1, 1))
        if not least <= len(args) <= most:
            counts = str(least) if least == most else f"{least} to {most}"
            raise NotUnderstood(
                f"{token.text} takes {counts} of what stands in parentheses", token.start, end
            )
