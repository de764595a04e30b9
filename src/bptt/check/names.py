"""What the names in an answer stand for: those that its question declares, and what else people call them."""

from collections.abc import Callable
from typing import Any

from bptt.check.questions import Question, Typed
from bptt.kernel import Formula, Function, Index, Moment, Series, Size, Step, diag
from bptt.kernel.language.formula import sorted_indices

# The book's name for a quantity, and what it is called elsewhere.
ALIASES = {
    "p": "yhat y_hat probs prob ps phat p_hat pred preds yhats",
    "h": "hs s hidden hiddens",
    "x": "xs inputs",
    "o": "os logits",
    "y": "ys targets target q_hat onehot_y y_onehot Y",
    "a": "z zs as_",
    "W": "Whh W_hh Wr W_r W_rec Wrec",
    "U": "Wxh W_xh Whx W_hx Win W_in W_x Wx_",
    "V": "Why W_hy Wyh W_yh Who W_ho W_o Wout W_out",
    "b": "bh b_h b_a",
    "c": "by b_y bo b_o",
    "g": "dh dhs dL_dh dLdh dL_dht grad_h g_h dldh",
    "g_o": "do dos dL_do dLdo dlogits delta_o grad_o d_o dy dys dldo",
    "G": "dC dL_dC dLdC",
}
OWN = {other: name for name, others in ALIASES.items() for other in others.split()}
OF_ACTIVATION = (
    "da", "das", "dz", "delta", "dhraw", "dh_raw", "dL_da", "dLda", "delta_h", "grad_a", "dpre", "d_a",
)  # fmt: skip


class Derived:
    """A quantity at each moment that an answer may name and that the question's symbols say."""

    def __init__(self, said: str, at: "Callable[[Moment], Formula]") -> None:
        self.said, self.at = said, at


class Names:
    """Looks names up for one question."""

    def __init__(self, question: Question, steps: "list[Step] | None" = None) -> None:
        self.question = question
        self.symbols = question.symbols
        # The steps of which an answer may speak without a sum.
        if steps is None:
            steps = [index for index in sorted_indices(question.reference) if isinstance(index, Step)]
        self.steps = steps
        self.found: dict[str, Typed | Derived | None] = {}

    def find(self, word: str) -> "Typed | Derived | None":
        """Give what a word stands for, or None."""
        if word not in self.found:
            self.found[word] = self.meaning(word)
        return self.found[word]

    def meaning(self, word: str) -> "Typed | Derived | None":
        for name in (word, OWN.get(word)):
            if name in self.symbols:
                return self.symbols[name]
        if word in OF_ACTIVATION:
            return self.of_activation(word)
        if word in ("D", "J"):
            return self.of_state(word)
        stem = word.rstrip("0123456789")
        return self.symbols.get(f"{stem}_{word[len(stem) :]}") if stem != word else None

    def of_activation(self, word: str) -> "Derived | None":
        """Say the gradient by the pre-activation, where there are a state and its gradient."""
        h, g = self.symbols.get("h"), self.symbols.get("g")
        if not isinstance(h, Series) or not isinstance(g, Series):
            return None
        return Derived(
            f"{word}[t] is read as the gradient by a[t], diag(1 - h[t]**2) @ g[t]",
            lambda when: diag(1 - h[when] ** 2) @ g[when],
        )

    def of_state(self, word: str) -> "Derived | None":
        """Say the slope of tanh at a state, or the Jacobian of a state by the one before it."""
        h: Any = self.symbols.get("h")
        W: Any = self.symbols.get("W")
        if not isinstance(h, Series) or "a" not in self.symbols:
            return None
        if word == "D":
            return Derived("D[t] is read as diag(1 - h[t]**2)", lambda when: diag(1 - h[when] ** 2))
        return Derived(
            "J[t] is read as the Jacobian of h[t] by h[t-1], diag(1 - h[t]**2) @ W",
            lambda when: diag(1 - h[when] ** 2) @ W,
        )

    def gradient_by(self, by: Series) -> "Series | Derived | None":
        """Give the series that stands for the gradient of the loss by another."""
        for gradient, series in self.question.gradients:
            if series is by:
                return gradient
        return self.of_activation("da") if by is self.symbols.get("a") else None

    def knows(self, word: str) -> bool:
        return self.find(word) is not None or word in ("I", "ones", "delta")

    def is_function(self, word: str) -> bool:
        return isinstance(self.find(word), Function)

    def may_run(self, word: str) -> bool:
        """Tell whether a known word may be what a sum runs over all the same."""
        return word not in self.symbols or isinstance(self.symbols[word], (Step, Size, Index))

    def is_differentiated(self, word: str) -> bool:
        """Tell whether δ before a name makes it the gradient by what the name stands for."""
        meaning = self.find(word)
        return isinstance(meaning, Series) and self.gradient_by(meaning) is not None

    def listed(self) -> str:
        """List the names that would be understood."""
        said = []
        for word in sorted(self.symbols):
            meaning = self.symbols[word]
            if isinstance(meaning, (Size, Step)):
                continue
            timed = not isinstance(meaning, (Formula, Index, Function))
            said.append(f"{word}[t]" if timed else word)
        return ", ".join(said)

    def size(self, word: str) -> "Size | None":
        meaning = self.symbols.get(word)
        return meaning if isinstance(meaning, Size) and not meaning.is_time else None
