"""How a name may be set: as one sign, so that it is not read as a formula made of other things."""

from typing import NoReturn

from bptt.kernel.language.shape import RESERVED

GREEK = """
    alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
ACCENTS = ("\\hat", "\\bar", "\\tilde", "\\dot", "\\vec")
FONTS = ("\\mathrm", "\\mathbf", "\\operatorname")
RELATIONS = ("=", "\\ne", "<", "\\le")
SPACES = (" ", "\\left", "\\right")


def check_sign(tex: str) -> None:
    """Raise ValueError unless LaTeX sets one sign.

    That is a letter or a word, with an accent, and with what stands above it and below; a derivative or a
    differential of one; a word applied to one; one in braces; or a relation in square brackets.
    """
    reader = Reader(tex)
    reader.sign()
    if reader.rest:
        reader.refuse()


def words(tex: str) -> "list[str]":
    """Cut LaTeX into commands and single characters, spaces left out."""
    found, at = [], 0
    while at < len(tex):
        end = at + (2 if tex[at] == "\\" else 1)
        while tex[at] == "\\" and end < len(tex) and tex[at + 1 : end + 1].isalpha():
            end += 1
        found.append(tex[at:end])
        at = end
    return [word for word in found if word not in SPACES]


def plain(tex: str) -> str:
    """Write LaTeX so that what looks alike is alike: without spaces and the braces that are not seen."""
    return "".join(word for word in words(tex) if word not in ("{", "}"))


class Reader:
    """Takes one sign off the beginning of LaTeX; ``rest`` is what comes after."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.rest = words(tex)

    def refuse(self) -> NoReturn:
        raise ValueError(
            f"tex: {self.tex!r} is read as a formula or as a notation of the language itself: expected one "
            "sign, such as '\\\\hat y^{(t)}'"
        )

    def take(self, wanted: str = "") -> str:
        if not self.rest or wanted not in ("", self.rest[0]):
            self.refuse()
        return self.rest.pop(0)

    def sign(self) -> None:
        word = self.take()
        if word == "{":
            self.sign()
            self.take("}")
            self.scripts()
        elif word in ACCENTS:
            self.letter()
            self.scripts()
        elif word in FONTS:
            self.set_in(word)
        elif word == "\\frac":
            for _ in "ab":
                self.take("{")
                self.take("\\partial")
                self.sign()
                self.take("}")
        elif word == "\\nabla":
            self.scripts()
            self.sign()
        elif word == "\\{":
            self.sign()
            self.take("\\}")
        elif word == "[":
            inside = self.within("]")
            if not any(relation in inside for relation in RELATIONS):
                self.refuse()
        elif word == "\\tanh":
            self.take("'")
            self.applied()
        else:
            self.named(word)

    def named(self, word: str) -> None:
        """Take a letter; I and a delta with something below are the identity and its entries."""
        if not word.isalpha() and word[1:] not in GREEK.split():
            self.refuse()
        if word == "I" or (word == "\\delta" and self.rest[:1] == ["_"]):
            self.refuse()
        self.scripts()

    def letter(self) -> None:
        """Take what stands under an accent."""
        word = self.take()
        if word == "{":
            self.within("}")
        elif not word.isalpha():
            self.refuse()

    def set_in(self, font: str) -> None:
        """Take a word of letters, what it is applied to, or of what it is the differential."""
        self.take("{")
        word = ""
        while self.rest[:1] != ["}"]:
            word += self.take()
        self.take("}")
        indicator = (font, word, self.rest[:1]) == ("\\mathbf", "1", ["_"])
        if word in RESERVED.split() or not (word.isalpha() or indicator):
            self.refuse()
        self.scripts()
        if word == "d" and self.rest and self.rest[0] != "}":
            self.sign()
        elif font == "\\operatorname":
            self.applied()

    def applied(self) -> None:
        self.take("(")
        self.sign()
        self.take(")")

    def scripts(self) -> None:
        """Take primes, and what stands below or above, where only parentheses or a plus are no power."""
        while self.rest and self.rest[0] in ("'", "_", "^"):
            mark = self.take()
            if mark == "'":
                continue
            first = self.take()
            inside = self.within("}") if first == "{" else [first]
            if mark == "^" and inside != ["+"] and (inside[:1] + inside[-1:]) != ["(", ")"]:
                self.refuse()

    def within(self, closing: str) -> "list[str]":
        """Take all until what has been opened is closed."""
        found: list[str] = []
        while self.rest and self.rest[0] != closing:
            found.append(self.take())
            if found[-1] == "{":
                found += self.within("}")
        self.take(closing)
        return found
