"""Tokens taken one after the other, and what is said where another one was expected."""

from typing import NoReturn

from bptt.check.tokens import NotUnderstood, Token

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", "⟨": "⟩"}


class Stream:
    """Walks tokens once, from the left."""

    def __init__(self, found: "list[Token]") -> None:
        self.tokens, self.at = found, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.token
        if token.kind == "end":
            raise NotUnderstood("something is missing at the end", max(token.start - 1, 0), token.end)
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.token.kind == "sign" and self.token.text in texts

    def sees_name(self, *texts: str) -> bool:
        return self.token.kind == "name" and self.token.text in texts

    def takes(self, *texts: str) -> bool:
        """Take a sign if it is there, and tell whether it was."""
        if not self.sees(*texts):
            return False
        self.at += 1
        return True

    def opens(self, *texts: str) -> "Token | None":
        """Take a sign that opens something, if it is there."""
        return self.next() if self.sees(*texts) else None

    def want(self, text: str, opened: "Token | None" = None) -> Token:
        if self.sees(text):
            return self.next()
        if opened:
            raise NotUnderstood(
                f"the {opened.text} opened here is not closed: expected {text} before {self.token.text}",
                opened.start,
                max(opened.end, opened.start + 1),
            )
        raise NotUnderstood(
            f"expected {text} here, found {self.token.text}", self.token.start, self.token.end
        )

    def want_number(self) -> Token:
        """Take a number, or say that one was expected."""
        token = self.next()
        if token.kind != "number":
            raise NotUnderstood("expected a number here", token.start, token.end)
        return token

    def refuse(self, says: str) -> "NoReturn":
        """Say of the token that stands here that something else was expected."""
        raise NotUnderstood(says, self.token.start, self.token.end)

    def unexpected(self) -> "NoReturn":
        token = self.token
        if token.kind == "end":
            raise NotUnderstood("something is missing at the end", max(token.start - 1, 0), token.end)
        if token.text in CLOSING.values():
            raise NotUnderstood(f"this {token.text} closes nothing", token.start, token.end)
        raise NotUnderstood(
            f"{token.text} cannot stand here; a name, a number, a sum or a parenthesis can",
            token.start,
            token.end,
        )
