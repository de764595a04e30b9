"""The buffers of a forward and a backward pass: used again, cut into stretches, refused where they misfit."""

from typing import Any

import numpy as np
import pytest
from networks import B, D, H, K, T, compared, furthest, network, same
from refusals import Refusal, refuses

from bptt.numeric import Workspace, loss_and_gradients


@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_a_reused_workspace_changes_no_bit(single: bool) -> None:
    """Nothing of one call is left for the next, and nothing that was returned is overwritten by it."""
    for dtype in (np.float32, np.float64):
        params, x, y, h0 = network(single=single, dtype=dtype)
        work = Workspace(params, x)
        first = loss_and_gradients(params, x, y, h0, workspace=work)
        kept = {name: array.copy() for name, array in first[1].by_name().items()}
        loss_and_gradients(params, -x, y[::-1].copy(), workspace=work, loss="squared_error", loss_at="last")
        assert same(first[1].by_name(), kept)
        again = loss_and_gradients(params, x, y, h0, workspace=work)
        fresh = loss_and_gradients(params, x, y, h0)
        assert first[0] == again[0] == fresh[0]
        assert same(again[1].by_name(), kept)
        assert same(fresh[1].by_name(), kept)


def test_a_workspace_serves_other_numbers_of_the_same_sizes() -> None:
    params, x, y, h0 = network()
    work = Workspace(params.map(lambda array: array + 1), x + 1)
    loss, gradients = loss_and_gradients(params, x, y, h0, workspace=work)
    assert loss == loss_and_gradients(params, x, y, h0)[0]
    compared(gradients, params, x, y, h0).require(1e-12)


def test_the_backward_pass_in_blocks_of_steps() -> None:
    """Long sequences go back some steps at a time; the cut may fall anywhere."""
    params, x, y, h0 = network()
    _, whole = loss_and_gradients(params, x, y, h0)
    for steps in range(1, T + 1):
        work = Workspace(params, x)
        work.cut(steps)
        rest = [T % steps] if T % steps else []
        assert [len(x[block]) for block in work.blocks(T)] == [steps] * (T // steps) + rest
        _, gradients = loss_and_gradients(params, x, y, h0, workspace=work)
        assert furthest(gradients.by_name(), whole.by_name()) < 1e-14


def test_a_long_sequence_has_more_than_one_block() -> None:
    params, _, _, _ = network()
    work = Workspace(params, np.zeros((50_000, D)))
    assert work.steps < 50_000
    assert work.g_h.nbytes <= 2**20


def test_it_is_shown_by_shape_and_precision() -> None:
    params, x, _, _ = network(dtype=np.float32)
    shown = "states (6, 6, 3), o (5, 6, 4), g_a (5, 6, 3), carried (6, 3), g_h (5, 6, 3)"
    assert repr(Workspace(params, x)) == f"Workspace({shown}; float32)"


# ---- refusals


def workspace(**network_of: Any) -> Workspace:
    params, x, _, _ = network(**network_of)
    return Workspace(params, x)


def called(work: object) -> object:
    params, x, y, h0 = network()
    return loss_and_gradients(params, x, y, h0, workspace=work)  # type: ignore[arg-type]


REFUSED: dict[str, Refusal] = {
    "none at all": (
        lambda: called({}),
        TypeError,
        "workspace: expected Workspace; received dict",
    ),
    "of another length": (
        lambda: called(workspace(sizes=(D, H, K, B, T + 1))),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (7, 6, 3)",
    ),
    "of another batch": (
        lambda: called(workspace(single=True)),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (6, 3)",
    ),
    "of another network": (
        lambda: called(workspace(sizes=(D, H, K + 1, B, T))),
        ValueError,
        "workspace: expected o of dtype float64 and shape (5, 6, 4), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (5, 6, 5)",
    ),
    "of another precision": (
        lambda: called(workspace(dtype=np.float32)),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float32 and shape (6, 6, 3)",
    ),
    "for complex inputs": (
        lambda: workspace(dtype=complex),
        TypeError,
        "U: expected dtype float32 or float64; received complex128",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
