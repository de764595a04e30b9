"""Texts made to break a reader: each is answered within two seconds, and none is run as a program."""

import random
import time
from pathlib import Path

import pytest

from bptt.check import TARGETS, check

SECONDS = 2  # of the processor
VERDICTS = {
    "proved", "refuted", "does not conform", "circular", "no sum over t", "undecided", "not understood",
}  # fmt: skip

AROUND_IT = """
    (~) [~] {~} tanh(~) \\frac{1}{~} sum(t,~) -~ ~.T ~' ~^T ~^{T} ~**2 ~[i] ~_t ~^{(t)} diag(~) (1-~)**6 Σ_t:~
    \\hat{~} ∂~ ∇_{~}:L outer(h[t],~) ⟨~⟩
"""
DEEP = []
for frame in AROUND_IT.split():
    before, _, after = frame.replace(":", " ").partition("~")
    DEEP += [before * count + "h[t]" + after * count for count in (14, 16, 90, 400)]
LONG = [
    *["W @ " * 200 + "W", "+".join(["h[t]"] * 240), "*".join(["(1+h[t])"] * 60), " " * 2001, "\n" * 1999],
    *[mark * 500 for mark in "h9\\^_'()=,.ᵗ"],
    *[
        "\\left(" * 200,
        "h[t]**6 " * 60,
        "(h[t]+g[t]+x[t]+o[t])**6",
        "(W + W.T + I + diag(h[t]))**6",
        "W" * 24,
    ],
    *["sum_i sum_j sum_l W[i,j] W[j,l] W[l,i] " * 8, "sum(sum(" * 30, "(W+W.T) @ " * 40 + "g[t]"],
    *["((W+U@U.T)**6)**6", "tanh(" * 10 + "W @ h[t-1]" + ")" * 10, "x\u0302" * 300],
]
UNPRINTED = ["", " ", "\x00", "\x00W", "\ufeffW", "\u202eW", "\ud83d\ude00", "W\nW", "W = ", "= ", "W += "]
LINES = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").splitlines()
HOSTILE = DEEP + LONG + UNPRINTED + LINES


def answered(question: str, text: str) -> str:
    """Give the verdict; a place that is pointed at lies in the text."""
    began = time.process_time()
    answer = check(question, text)
    taken = time.process_time() - began
    assert taken < SECONDS, f"{taken:.1f} s for {text[:60]!r}"
    assert answer.verdict in VERDICTS
    assert answer.says
    assert answer.at is None or 0 <= answer.at[0] <= answer.at[1] <= len(text)
    return answer.verdict


def test_two_hundred_hostile_texts_are_answered() -> None:
    assert len(set(HOSTILE)) >= 200
    verdicts = [answered(question, text) for text in HOSTILE for question in ("h[t]", "W")]
    assert "proved" not in verdicts
    assert verdicts.count("not understood") > 400


def test_letters_that_mean_something_to_the_kernel_may_be_summed_over() -> None:
    for letter in ("I", "delta", "e", "n", "T", "W", "exp", "log", "q"):
        answered("W", f"sum_{letter} W[{letter}, j]")
        answered("softmax", f"\\sum_{{{letter}}} \\delta_{{i {letter}}} p_{letter}")


def test_hostile_declarations_are_answered() -> None:
    texts = ["x: " + text + "; x = x" for text in LINES] + ["x: n; x = " + text for text in HOSTILE]
    assert "not understood" in {answered("free", text) for text in texts}


ATOMS = """
    W U V b c h[t] h[t+1] h_{t-1} g[t] g_{t+1} x[t] p[t] y[t] onehot(y[t]) o[t] 1 2 0 T n I h^{(t)} ŷ⁽ᵗ⁾
    delta[t] da[t] W[i,j] h[t][i] p q y o i j t \\mathbf{1} \\mathbf{1}_{y^{(t)}} δ_{ij} W^T W' u v
    z_0 s_1 e G A B
"""
BETWEEN = ["+", "-", "*", "/", "@", "⊙", " ", "·", "+", "@", "@", " ", "="]
BEHIND = "**2 ^2 .T ' ^T ^{(t)} _t [t] [i] _{ij} [y[t]] **-1 ^{t-s} (t)"
AROUND = """
    diag(%s) tanh(%s) tanh'(%s) softmax(%s) exp(%s) outer(%s,%s) dot(%s,%s) sum(%s) sum(t,%s) (%s) [%s] {%s}
    -%s sum(%s~for~t~in~range(1,T+1)) \\sum_{t=1}^T~%s sum_i~%s \\frac{%s}{%s} sum(s,1,t,%s) (%s) (%s) (%s)
    (%s) prod(%s~for~j~in~range(s+1,t+1)) einsum('ij,j->i',%s,%s)
    \\tanh^2~%s sech(%s)**2 ∂L/∂%s \\nabla_{%s}~L
    ∂%s/∂%s %s.dot(%s) np.multiply(%s,%s) sum~over~s~of~%s onehot(%s) ones(%s) %s[%s] %s_{%s} %s^{%s}
    delta(%s,%s) matrix_power(%s,%s) for~t~in~range(T):~dW~+=~%s
"""


def grown(draw: random.Random, depth: int) -> str:
    """Grow a text that looks like a formula."""
    kind = draw.random()
    if depth <= 0 or kind < 0.25:
        return draw.choice(ATOMS.split())
    if kind < 0.6:
        return f"{grown(draw, depth - 1)} {draw.choice(BETWEEN)} {grown(draw, depth - 1)}"
    if kind < 0.68:
        return grown(draw, depth - 1) + draw.choice(BEHIND.split())
    frame = draw.choice(AROUND.split()).replace("~", " ")
    return frame % tuple(grown(draw, depth - 1) for _ in range(frame.count("%s")))


def spoilt(draw: random.Random, text: str) -> str:
    """Leave out, put in or double a character, at most twice."""
    marks = list(text)
    for _ in range(draw.randrange(3)):
        at, kind = draw.randrange(len(marks) + 1), draw.random()
        if kind < 0.4:
            del marks[at : at + 1]
        elif kind < 0.7:
            marks.insert(at, draw.choice("()[]{}^_'\\@*.,=:ᵀΣ∂δ⁽₊ 0t\"#%$"))
        else:
            marks[at:at] = marks[at : at + 1]
    return "".join(marks)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_generated_texts_are_answered(seed: int) -> None:
    draw = random.Random(seed)
    questions = list(TARGETS)
    verdicts = []
    for _ in range(1000):
        text = grown(draw, draw.randrange(6))
        text = spoilt(draw, text) if draw.random() < 0.4 else text
        verdicts.append(answered(draw.choice(questions), text))
    assert {"refuted", "does not conform", "not understood"} <= set(verdicts)
