"""The page *Check your own code*: its verdicts come out so, its file is judged so, its messages are said."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chapter import shown

from bptt.measure import gradcheck, vjpcheck
from bptt.slips.function import check_function

PAGE = "chapters/check-code"
TEXT = (Path(__file__).parents[2] / f"{PAGE}.md").read_text("utf-8")


@pytest.mark.slow
def test_its_cells_end_in_these_verdicts() -> None:
    said = [getattr(one, "verdict", one) for one in shown(PAGE)]
    verdicts = [one for one in said if str(one).startswith("Verdict")]
    assert [re.sub(r"to \de-\d\d", "", one) for one in verdicts] == [
        "Verdict: W and b are right, .",
        "Verdict: b is wrong, 1 of 2 (the claim is 1/6 times what is measured); W is right, .",
        "Verdict: x is wrong, 1 of 2; W is right, .",
        "Verdict: params.U, params.W, params.V, params.b and params.c are right, .",
        "Verdict: params.U, params.W, params.V, params.b and params.c are right, .",
    ]


@pytest.mark.slow
def test_its_file_is_judged_as_it_says(tmp_path: Path) -> None:
    source, *_ = re.findall(r"(?ms)^```python\n(.*?)^```", TEXT)
    (printed,) = re.findall(r"(?ms)^```text\n(.*?)^```", TEXT)
    file = tmp_path / "my_backward.py"
    for right in (False, True):
        file.write_text(source.replace("W @ da", "W.T @ da") if right else source)
        found = check_function(file, "loss_and_grads")
        if right:
            assert found.report.passed(1e-12)
        else:
            without_digits = [re.sub(r"to \de-\d\d", "", text) for text in (str(found), printed)]
            assert without_digits[0].endswith("\n" + without_digits[1].strip())


# ---- each message that the page explains

W = np.random.default_rng(0).normal(size=(3, 3))
CUBE = 3 * W**2


def cubed(W: Any) -> Any:
    return np.sum(W**3)


def of(f: Callable[..., Any], claim: Any = CUBE, W: Any = W, **how: Any) -> Callable[[], Any]:
    return lambda: gradcheck(f, {"W": claim}, {"W": W}, **how)


def drawing(W: Any) -> Any:
    return np.sum(W * np.random.normal(size=W.shape))


def keeping(calls: list[int]) -> Callable[..., Any]:
    def f(W: Any) -> Any:
        calls.append(1)
        return len(calls) * np.sum(W)

    return f


def in_place(W: Any) -> Any:
    W -= 1
    return np.sum(W)


def in_single(W: Any) -> Any:
    return float(np.sum(W.astype(np.float32) ** 3))


def upstream(g: Any, W: Any) -> Any:
    g *= 2
    return g


HALVED = CUBE * np.array([[1.0], [1.0], [0.5]])
BIG = np.random.default_rng(1).normal(size=(30, 30))
PROVOKED: dict[str, Callable[[], Any]] = {
    "is wrong, 1 of": lambda: gradcheck(
        lambda W, b: cubed(W) + cubed(b), {"W": W, "b": CUBE}, {"W": W, "b": W}
    ),
    "times what is measured": of(cubed, CUBE / 3),
    "the transpose of": of(cubed, CUBE.T),
    "in the opposite order": of(cubed, CUBE[::-1]),
    "wrong only where": of(cubed, HALVED),
    "the claim is 0": of(cubed, 0 * W),
    "draws random numbers": of(drawing),
    "keeps a state": of(keeping([])),
    "does not depend on it": of(lambda W: cubed(BIG)),
    "it modified": of(in_place),
    "drops the imaginary part": of(lambda W: float(np.real(cubed(W)))),
    "not those of the complex step": of(lambda W: np.sum(np.logaddexp(W, 0))),
    "compute in float32": of(in_single, method="central differences"),
    "kink": of(lambda W: np.sum(np.abs(W)), 0 * W, 0 * W, method="central differences"),
    "zero to rounding": of(lambda W: np.sum(W / W.sum()), np.full((3, 3), 1e-18)),
    "received tuple": of(lambda W: (cubed(W), W)),
    "there is vjpcheck": of(lambda W: W**3),
    "take the arrays by name": lambda: gradcheck(lambda A, B: A, {"W": W}, {"W": W}),
    "name each gradient as its array": lambda: gradcheck(cubed, {"dW": CUBE}, {"W": W}),
    "random directions": of(cubed, 3 * BIG**2, BIG),
    "leave the cotangent": lambda: vjpcheck(lambda W: 2 * W, upstream, {"W": W}),
}
ROWS = re.findall(r"(?m)^\| `([^`]+)` \| [A-Z`]", TEXT.split("## What a message means")[1].split("\n## ")[0])


def test_every_message_that_is_explained_is_tried() -> None:
    assert [*PROVOKED] == ROWS


@pytest.mark.parametrize("words", PROVOKED)
def test_a_message_is_said(words: str) -> None:
    try:
        said = str(PROVOKED[words]())
    except (TypeError, ValueError) as error:
        said = str(error)
    assert words in said
