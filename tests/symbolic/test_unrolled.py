"""The proved gradients against SymPy's derivatives of the whole loss, unrolled, at T = 1, 2, 3."""

from typing import Any

import pytest
import sympy as sp
from sympy.polys.rings import ring
from test_recurrent import GRADIENTS, s

from bptt.kernel import Formula
from bptt.network import T, adjoint, g, output_gradients, t
from bptt.symbolic.explicit import written_out

# One of each size: unequal sizes show what is transposed, and W is not symmetric.

pytestmark = pytest.mark.slow

CASES = [(1, 2, 3, 4), (2, 2, 1, 3), (3, 2, 1, 3)]


class Unrolled:
    """The network written out in plain SymPy, with nothing of ours in it.

    Each step has a loss, or the last one alone.
    """

    def __init__(self, steps: int, n: int, m: int, k: int, *, last_only: bool = False) -> None:
        self.steps, self.sizes = steps, {"T": steps, "n": n, "m": m, "k": k}

        def symbols(name: str, rows: int, cols: int = 1) -> sp.Matrix:
            return sp.Matrix(rows, cols, lambda i, j: sp.Symbol(f"{name}[{i},{j}]"))

        self.W, self.U, self.V = symbols("W", n, n), symbols("U", n, m), symbols("V", k, n)
        self.b, self.c, self.h0 = symbols("b", n), symbols("c", k), symbols("h0", n)
        times = range(1, steps + 1)
        self.x = {time: symbols(f"x{time}", m) for time in times}
        # What is added to each state: by it, the loss has a gradient at every state.
        self.e = {time: symbols(f"e{time}", n) for time in times}
        self.y = {time: (2 * time) % k for time in times}
        self.h = {time: symbols(f"h{time}", n) for time in times} | {0: self.h0}
        self.exp = {time: symbols(f"exp{time}", k) for time in times}
        self.r = {time: sp.Symbol(f"r{time}") for time in times}
        self.losses = {steps} if last_only else set(times)
        self.loss: Any = 0
        self.names: list[dict[Any, Any]] = []
        state = self.h0
        for time in times:
            state = (self.W * state + self.U * self.x[time] + self.b).applyfunc(sp.tanh)
            self.names.append(dict(zip(state, self.h[time], strict=True)))
            state = state + self.e[time]
            logits = self.V * state + self.c
            whole = sum(logits.applyfunc(sp.exp))
            self.names.append(
                {1 / whole: self.r[time]} | dict(zip(logits.applyfunc(sp.exp), self.exp[time], strict=True))
            )
            if time in self.losses:
                self.loss += sp.log(whole) - logits[self.y[time]]

    def gradient(self, variables: sp.Matrix) -> sp.Matrix:
        """Differentiate the whole loss; then put the names of states and exponentials for what they are."""
        zero = {item: 0 for at in self.e.values() for item in at}

        def entry(variable: sp.Symbol) -> sp.Expr:
            value = sp.diff(self.loss, variable)
            for names in reversed(self.names):
                value = value.xreplace(names)
            return value.xreplace(zero)

        return variables.applyfunc(entry)

    def histories(self) -> dict[str, dict[int, Any]]:
        """What the claims speak of, from the recursion that they claim."""
        found: dict[str, dict[int, Any]] = {"h": self.h, "x": self.x, "y": self.y}
        found["g"] = {self.steps + 1: sp.zeros(len(self.b), 1)}
        # Beyond the end the slope is multiplied by 0.
        found["h"] = found["h"] | {self.steps + 1: sp.zeros(len(self.b), 1)}
        hot = {time: sp.Matrix(len(self.c), 1, lambda i, j: int(i == self.y[time])) for time in self.x}  # noqa: B023
        found["g_o"] = {time: self.exp[time] * self.r[time] - hot[time] for time in self.x}
        found["g_o"] |= {time: sp.zeros(len(self.c), 1) for time in set(self.x) - self.losses}
        for time in range(self.steps, 0, -1):
            found["g"][time] = self.written(adjoint.formula, found, time)
        return found

    def written(self, node: Formula, histories: dict[str, dict[int, Any]], time: int) -> sp.Matrix:
        matrix = written_out(node, sizes=self.sizes, histories=histories, times={t: time, s: time})[0]
        known = {}
        for name in ("W", "U", "V"):
            variables = getattr(self, name)
            for i in range(variables.rows):
                for j in range(variables.cols):
                    known[sp.Symbol(f"{name.lower()}_{i + 1}{j + 1}")] = variables[i, j]
        return matrix.xreplace(known)


def assert_equal(left: sp.Matrix, right: sp.Matrix) -> None:
    """Compare every entry as a polynomial over the rationals, which is exact."""
    assert left.shape == right.shape
    for one, other in zip(left, right, strict=True):
        letters = sorted((one - other).free_symbols, key=str)
        if not letters:
            assert one == other
            continue
        assert not ring(letters, sp.QQ)[0].from_expr(one - other)


@pytest.mark.parametrize("last_only", [False, True], ids=["many-to-many", "many-to-one"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"T={case[0]}")
def test_every_entry_of_every_gradient(case: tuple[int, int, int, int], last_only: bool) -> None:
    network = Unrolled(*case, last_only=last_only)
    histories = network.histories()
    for name in ("W", "U", "b", "V", "c", "h0"):
        claimed = network.written(GRADIENTS[name][1], histories, 1)
        assert_equal(network.gradient(getattr(network, name)), claimed)
    for time in range(1, network.steps + 1):
        assert_equal(network.gradient(network.x[time]), network.written(GRADIENTS["x"][1], histories, time))
        assert_equal(network.gradient(network.e[time]), network.written(g[s], histories, time))


def test_a_wrong_gradient_differs() -> None:
    network = Unrolled(2, 2, 1, 3)
    histories = network.histories()
    right = network.gradient(network.W)
    with pytest.raises(AssertionError):
        assert_equal(right, network.written(GRADIENTS["W"][1].T, histories, 1))
    with pytest.raises(AssertionError):
        assert_equal(network.gradient(network.x[1]), network.written(GRADIENTS["x"][1], histories, 2))


def test_the_output_gradient_is_that_of_the_claim() -> None:
    """What the histories call g_o is softmax less label, as the recurrence says."""
    network = Unrolled(1, 2, 3, 4)
    logits = sp.Matrix([sp.log(item) for item in network.exp[1]])
    histories = {"o": {1: logits}, "y": network.y}
    written = network.written(output_gradients.formula, histories, 1)
    whole = sum(network.exp[1])
    given = network.histories()["g_o"][1].subs(network.r[1], 1 / whole)
    assert (written - given).applyfunc(sp.simplify) == sp.zeros(4, 1)
    assert T.name in network.sizes
