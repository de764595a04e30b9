"""The slips that others published, and where: what no build can find out.

Each is typed as it would be for a question of ``bptt.check``, which judges it whenever it is shown.
"""

from bptt.book.evidence import ledger_link
from bptt.check import TARGETS, Question, check
from bptt.check.judge import written_out
from bptt.check.variants import SAYS
from bptt.kernel import Formula, latex
from bptt.kernel.proof.equality import is_same

GITHUB = "https://github.com"
STEP = "for t in range(1, T+1)"

# The question, what was published for it, and in Markdown where.
PUBLISHED = [
    (
        "o[t]",
        "y[t] - p[t]",
        f"[deeplearning4j, issue 349]({GITHUB}/deeplearning4j/deeplearning4j/issues/349)",
    ),
    (
        "o[t]",
        "p[t] * (1 - p[t]) * (p[t] - y[t])",
        f"[DeepLearnToolbox, issue 113]({GITHUB}/rasmusbergpalm/DeepLearnToolbox/issues/113)",
    ),
    ("softmax", "diag(p * (1 - p))", f"[libnd4j, issue 440]({GITHUB}/deeplearning4j/libnd4j/issues/440)"),
    ("cse", "p - q", f"[tensorflow, issue 46672]({GITHUB}/tensorflow/tensorflow/issues/46672)"),
    (
        "h[t]",
        "W.T @ g[t+1] @ diag(1 - h[t+1]**2) + V.T @ g_o[t]",
        f"{ledger_link('S001-18')}, and {ledger_link('S004-36')} of the last step but one",
    ),
    ("h[t]", "W.T @ g[t+1] + V.T @ g_o[t]", f"{ledger_link('S001-19')}, of the first term"),
    (
        "h[t]",
        "(W.T @ g[t+1]) * (1 - h[t+1]**2) + V.T @ g_o[t]",
        f"{ledger_link('S004-35')}, if its × binds before its ⊙",
    ),
    ("h[t]", "V.T @ g_o[t]", f"[qixianbiao/RNN, issue 2]({GITHUB}/qixianbiao/RNN/issues/2)"),
    (
        "h[t]",
        "W.T @ diag(1 / (1 - h[t+1]**2)) @ g[t+1] + V.T @ g_o[t]",
        "[deep-learning-from-scratch-2, issue 26]"
        f"({GITHUB}/oreilly-japan/deep-learning-from-scratch-2/issues/26), as a correction",
    ),
    ("V", f"sum((y[t] - p[t]) * h[t] {STEP})", f"{ledger_link('S004-29')}, of one step"),
    (
        "V",
        f"sum(outer(h[t], g_o[t]) {STEP})",
        f"[Grokking Deep Learning, issue 23]({GITHUB}/iamtrask/Grokking-Deep-Learning/issues/23)",
    ),
    ("V", "outer(g_o[t], h[t])", f"[slds-lmu, issue 10]({GITHUB}/slds-lmu/lecture_i2dl/issues/10)"),
    (
        "paths-W",
        "sum(sum(outer(diag(1 - h[s]**2) @ prod(W.T @ diag(1 - h[j]**2) for j in range(s, t+1))"
        " @ V.T @ g_o[t], h[s-1]) for s in range(1, t+1)) for t in range(1, T+1))",
        f"[d2l-en, pull request 431]({GITHUB}/d2l-ai/d2l-en/pull/431), of one state",
    ),
]
# The main results are what a reader is asked for, and what else stands on the formula sheet.
MAIN = {question.proof: question for question in TARGETS.values()}
SHEET = (
    "logits-softmax-back", "tanh-jacobian", "state-jacobian", "last-state", "paths-sum", "series-paths",
    "vanishing-product", "fast-product", "fast-slopes",
)  # fmt: skip


class Published:
    """A slip that was published: as typed, what is said of it, and where it was."""

    def __init__(self, question: Question, typed: str, where: str) -> None:
        self.typed, self.answer = typed, check(question, typed)
        self.where = f"Published: {where}."
        reading = self.answer.reading
        self.tex = latex(reading.formula) if reading else self.answer.latex
        self.formula = written_out(reading.formula, question.words) if reading else None
        self.words = " ".join(dict.fromkeys(SAYS[reason.slip] for reason in self.answer.judged.likely))

    @property
    def does(self) -> str:
        """Say in Markdown what it does, in short."""
        found = self.answer.judged.found
        if not found:
            return self.answer.verdict
        return f"it gives {found.yours}, the true value is {found.true}: `{found.where().rstrip(',')}`"

    def is_same(self, question: Question, formula: Formula) -> bool:
        """Tell whether a formula says the same, so that it need not be listed too."""
        if self.formula is None:
            return False
        other = written_out(question.adopted(formula), question.words)
        return is_same(self.formula, other)


def published(question: Question) -> "list[Published]":
    """List the slips that were published in answer to a question."""
    return [Published(question, typed, where) for name, typed, where in PUBLISHED if name == question.name]
