"""Text that a person types, cut into words and signs that each know where they stand.

Python, LaTeX and Unicode are spelled differently; here their spellings become one: ``\\odot`` and ⊙ are one
sign, ``h⁽ᵗ⁾`` is ``h^{(t)}``. What is left to tell apart is told by the grammar.
"""

LONGEST, MOST_TOKENS, MOST_DIGITS = 2000, 500, 6


class NotUnderstood(ValueError):
    """A text that is not read: what it ``says``, from ``start`` to ``end``, and what would be understood."""

    def __init__(self, says: str, start: int, end: int) -> None:
        super().__init__(says)
        self.says, self.start, self.end = says, start, end


class Token:
    """A name, a number, a quoted string, a sign, or the end of the text."""

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind, self.text, self.start, self.end = kind, text, start, end

    def __repr__(self) -> str:
        return f"{self.kind} {self.text!r}"


# One spelling for each sign; what stands for a word becomes a name.
SIGNS = {
    "⊙": "⊙", "∘": "⊙", "⊗": "⊗", "·": "·", "⋅": "·", "×": "·", "−": "-", "–": "-", "⊤": "ᵀ", "′": "'",
    "’": "'", "∑": "Σ", "Σ": "Σ", "∏": "Π", "Π": "Π", "∂": "∂", "∇": "∇", "…": "..", "≤": "<=", "⟨": "⟨",
    "⟩": "⟩", "≔": "=", "≡": "=",
}  # fmt: skip
LETTERS = {
    "ŷ": "yhat", "δ": "delta", "σ": "sigma", "τ": "tau", "𝟏": "ones", "𝟙": "ones", "α": "alpha", "β": "beta",
    "γ": "gamma", "λ": "lambda", "θ": "theta", "φ": "phi", "ϕ": "phi", "ℓ": "l", "ε": "epsilon", "ρ": "rho",
}  # fmt: skip
ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵗᵀⁱʲᵏˢⁿ", "0123456789+-=()tTijksn"))
BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₜᵢⱼₖₛₙₘₕₓₒₚₗᵣ", "0123456789+-=()tijksnmhxoplr"))
COMMANDS = {
    "odot": "⊙", "circ": "⊙", "cdot": "·", "times": "·", "otimes": "⊗", "top": "ᵀ", "intercal": "ᵀ",
    "prime": "'", "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "le": "<=", "leq": "<=", "lt": "<",
    "langle": "⟨", "rangle": "⟩", "ldots": "..", "dots": "..", "cdots": "..", "frac": "\\frac",
    "dfrac": "\\frac", "tfrac": "\\frac", "hat": "\\hat", "widehat": "\\hat", "{": "(", "}": ")",
    "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]", "equiv": "=", "coloneqq": "=", "_": "_",
}  # fmt: skip
WORDS = """
    tanh exp cosh sech softmax diag delta sigma tau alpha beta gamma lambda theta phi psi rho epsilon ell
"""
FONTS = """
    mathbf boldsymbol bm vec mathbb mathds bf mathrm operatorname text textrm textbf mathsf mathit mathop rm
    mathcal
"""
SPACES = """
    left right big Big bigl bigr Bigl Bigr bigg biggl biggr Bigg quad qquad displaystyle textstyle limits
    nolimits nonumber , ; ! : > ( ) [ ] \\
"""
KINDS = dict.fromkeys(WORDS.split(), "word")
KINDS.update(dict.fromkeys(FONTS.split(), "font"))
KINDS.update(dict.fromkeys(SPACES.split(), "space"))
LONG = ("**", "+=", "-=", "...", "..", "==", "<=", ">=", ":=", ".*", "./", ".^", "->")
SHORT = "@*^+-/()[]{},.'=:<>_!;"
# What may stand below a letter in a word of its own, where LaTeX would take one character.
BELOW_WORDS = ("prev", "next", "hh", "xh", "hx", "hy", "yh", "ij", "ji")


def tokens(text: str) -> "list[Token]":
    """Cut a text into tokens, the last of which is its end; raises NotUnderstood."""
    if len(text) > LONGEST:
        raise NotUnderstood(f"this is longer than {LONGEST} characters", LONGEST, len(text))
    found = Tokenizer(text).all()
    return found + [Token("end", "the end", len(text), len(text))]


def is_letter(mark: str) -> bool:
    return "a" <= mark <= "z" or "A" <= mark <= "Z"


def is_digit(mark: str) -> bool:
    return "0" <= mark <= "9"


class Tokenizer:
    """Walks a text once. In TeX, which a backslash gives away, a mark above or below takes one character."""

    def __init__(self, text: str, offset: int = 0, tex: "bool | None" = None) -> None:
        self.text, self.offset = text, offset
        self.tex = "\\" in text if tex is None else tex
        self.at = 0
        self.found: list[Token] = []

    def all(self) -> "list[Token]":
        while self.at < len(self.text):
            self.one(self.text[self.at])
            if len(self.found) > MOST_TOKENS:
                raise NotUnderstood(f"this has more than {MOST_TOKENS} words and signs", 0, len(self.text))
        return self.found

    def add(self, kind: str, word: str, end: int) -> None:
        self.found.append(Token(kind, word, self.offset + self.at, self.offset + end))
        self.at = end

    def run(self, start: int, fits: str) -> int:
        """Find where a run of letters, or of letters, digits and what joins them, comes to its end."""
        end = start
        while end < len(self.text) and (
            is_letter(self.text[end])
            or (fits == "name" and (is_digit(self.text[end]) or self.text[end] == "_"))
        ):
            end += 1
        return end

    def one(self, mark: str) -> None:
        if mark in " \t\r\n&~$\u00a0\u2009\u202f\u200b":
            self.at += 1
        elif mark == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif mark in ABOVE:
            self.shifted(ABOVE, "^")
        elif mark in BELOW:
            self.shifted(BELOW, "_")
        elif mark == "y" and self.text[self.at + 1 : self.at + 2] == "\u0302":
            self.add("name", "yhat", self.at + 2)
        elif mark in SIGNS:
            self.add("sign", SIGNS[mark], self.at + 1)
        elif mark in LETTERS:
            self.add("name", LETTERS[mark], self.at + 1)
        elif mark == "\\":
            self.command()
        elif is_letter(mark):
            self.name()
        elif is_digit(mark) or (mark == "." and is_digit(self.text[self.at + 1 : self.at + 2])):
            self.number()
        elif mark in "'\"" and self.quotes(mark):
            end = self.text.find(mark, self.at + 1)
            self.add("string", self.text[self.at + 1 : end], end + 1)
        else:
            self.sign(mark)

    def shifted(self, table: "dict[str, str]", mark: str) -> None:
        """Read a run of raised or lowered characters as what stands in braces after ^ or _."""
        end = self.at
        while end < len(self.text) and self.text[end] in table:
            end += 1
        inside = "".join([table[letter] for letter in self.text[self.at : end]])
        start, here = self.at, self.offset + self.at
        self.found.append(Token("sign", mark, here, here))
        self.found.append(Token("sign", "{", here, here))
        self.found += Tokenizer(inside, self.offset + start, self.tex).all()
        self.found.append(Token("sign", "}", self.offset + end, self.offset + end))
        self.at = end

    def raised(self) -> bool:
        """Tell whether the last token is ^ or _, after which TeX takes one character."""
        return bool(self.tex and self.found) and self.found[-1].kind == "sign" and self.found[-1].text in "^_"

    def name(self) -> None:
        end = self.run(self.at, "letters" if self.tex else "name")
        if self.raised() and self.text[self.at : end] not in BELOW_WORDS:
            end = self.at + 1
        word = self.text[self.at : end]
        while word.endswith("_"):
            word = word[:-1]
        self.add("name", word, self.at + len(word))

    def number(self) -> None:
        end = self.at
        while end < len(self.text) and is_digit(self.text[end]):
            end += 1
        if self.raised():
            end = self.at + 1
        elif self.text[end : end + 1] == "." and self.text[end + 1 : end + 2] not in tuple(".*/^T"):
            end += 1
            while end < len(self.text) and is_digit(self.text[end]):
                end += 1
        if end - self.at > MOST_DIGITS:
            start = self.offset + self.at
            raise NotUnderstood(f"numbers have at most {MOST_DIGITS} digits here", start, self.offset + end)
        self.add("number", self.text[self.at : end], end)

    def quotes(self, mark: str) -> bool:
        """Tell whether a mark begins a string: nothing that could be transposed stands right before it."""
        before = self.text[self.at - 1 : self.at] if self.at else " "
        operand = (
            is_letter(before) or is_digit(before) or before in ")]}_'" or before in SIGNS or before in ABOVE
        )
        return not operand and self.text.find(mark, self.at + 1) > 0

    def sign(self, mark: str) -> None:
        for word in LONG:
            if self.text.startswith(word, self.at):
                return self.add("sign", {"...": "..", ":=": "="}.get(word, word), self.at + len(word))
        if mark == "%":
            start = self.offset + self.at
            raise NotUnderstood(
                "times do not wrap round: before h[1] comes h[0]; write h[t-1]", start, start + 1
            )
        if mark not in SHORT:
            start = self.offset + self.at
            raise NotUnderstood(
                f"{mark!r} is no sign that is known here; those of Python and LaTeX are, and ⊙ ᵀ Σ",
                start,
                start + 1,
            )
        return self.add("sign", mark, self.at + 1)

    def command(self) -> None:
        end = self.run(self.at + 1, "letters")
        end = max(end, min(self.at + 2, len(self.text)))
        word = self.text[self.at + 1 : end]
        kind = KINDS.get(word)
        if word == " " or kind == "space":
            self.at = end
        elif word in COMMANDS:
            self.add("sign", COMMANDS[word], end)
        elif kind == "word":
            self.add("name", word, end)
        elif kind == "font":
            self.in_font(end)
        else:
            start = self.offset + self.at
            raise NotUnderstood(
                f"\\{word} is not known here; \\top, \\odot, \\sum, \\frac, \\tanh and \\mathrm are",
                start,
                self.offset + end,
            )

    def in_font(self, end: int) -> None:
        """Read a word set in another font as the word; a 1 in one is the column of ones."""
        start = end
        while self.text[start : start + 1] == " ":
            start += 1
        braced = self.text[start : start + 1] == "{"
        inner = start + 1 if braced else start
        stop = self.run(inner, "letters") if braced else inner + 1
        if self.text[inner : inner + 1] == "1":
            stop = inner + 1
        word = self.text[inner:stop].strip()
        closed = not braced or self.text[stop : stop + 1] == "}"
        if word == "1" and closed:
            self.add("name", "ones", stop + 1 if braced else stop)
        elif word and is_letter(word[0]) and closed:
            self.add("name", word, stop + 1 if braced else stop)
        else:
            self.at = end  # what is in the braces is read as a group
