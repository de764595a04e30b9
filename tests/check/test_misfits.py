"""What does not conform, and the one small change after which it is right."""

import pytest

from bptt.check import check

MISFITS = [
    ("A", "B.T @ G", "order"),
    ("A", "np.dot(B.T, G)", "order"),
    ("A", "G * B.T", "entrywise"),
    ("h[T]", "V @ (p[T] - y[T])", "transpose"),
    ("h[t]", "W.T @ diag(1 - h[t+1]**2) @ g[t+1] + (p[t] - y[t])", "no-output-weights"),
    ("h[t]", "W.T @ g[t+1] @ diag(1 - h[t+1]**2) + V.T @ (p[t] - y[t])", "slope-side"),
    ("h[t]", "W.T @ da[t+1] + U.T @ do[t]", "wrong-matrix"),
    ("V", "sum((p[t] - y[t]) * h[t] for t in range(1, T+1))", "entrywise"),
    ("h[0]", "diag(1 - h[1]**2) @ g[1] @ W.T", "order"),
    ("h[T]", "V @ (y[T] - p[T])", "transpose label-minus-prediction"),
    ("A", "G @ G.T @ B.T", ""),
]


@pytest.mark.parametrize(("target", "text", "slips"), MISFITS)
def test_the_slip_in_what_does_not_conform(target: str, text: str, slips: str) -> None:
    answer = check(target, text)
    assert answer.verdict == "does not conform"
    assert " ".join(reason.slip for reason in answer.judged.likely) == slips
