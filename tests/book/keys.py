"""The numbers that the exercises ask for, worked out: the keys in ``bptt.check`` are held against them."""

from collections.abc import Callable
from itertools import count
from typing import Any

import sympy as sp

half, third, quarter, eighth = (sp.Rational(1, n) for n in (2, 3, 4, 8))


def by_entry() -> Any:
    a = sp.Matrix(3, 4, range(12))
    A = sp.Matrix(3, 4, lambda i, j: sp.Symbol(f"a{i}{j}"))
    return (A * a.T)[1, 1].diff(A[1, 3])


def upstream() -> Any:
    cotangent, b = sp.Matrix(3, 3, range(9)), sp.Matrix(3, 4, range(12)).T
    return (cotangent * b.T)[1, 2]


def squared_error() -> Any:
    o1, o2 = sp.symbols("o1 o2")
    p2 = 1 / (1 + sp.exp(o1 - o2))
    return (2 * p2**2).diff(o1).subs({o1: 0, o2: sp.log(3)})


def prices() -> tuple[Any, Any, Any]:
    """What a push of each of three linear states costs, the last one first."""
    e = e1, e2, e3 = sp.symbols("e1:4")
    q1, q2, q3, J2, J3 = sp.symbols("q1 q2 q3 J2 J3")
    h1 = e1
    h2 = J2 * h1 + e2
    h3 = J3 * h2 + e3
    loss = q1 * h1 + q2 * h2 + q3 * h3
    return tuple(sp.expand(loss).coeff(push) for push in e[::-1])


def first_push() -> Any:
    return (
        prices()[2].subs(dict.fromkeys(sp.symbols("q1 q2 q3"), 1)).subs(dict.fromkeys(sp.symbols("J2 J3"), 2))
    )


def first_wrong(lines: list[bool]) -> int:
    return lines.index(False) + 1


def wrong_price() -> int:
    q1, q2, q3, J2, J3 = sp.symbols("q1 q2 q3 J2 J3")
    g3, g2, g1 = prices()
    said = [q3, q2 + J3 * g3, q1 + J2 * g2 + J2 * J3 * g3]
    return first_wrong([sp.expand(true - it) == 0 for true, it in zip((g3, g2, g1), said, strict=True)])


def turned_round() -> int:
    J2, J3 = sp.Matrix(2, 2, sp.symbols("a1:5")), sp.Matrix(2, 2, sp.symbols("b1:5"))
    back = (J3 * J2).T
    return first_wrong([True, back == J2.T * J3.T, back == J3.T * J2.T])


def exchanged() -> int:
    """Two steps of the recursion in one line, with two factors that have changed places."""
    W, D1, D2, g = sp.Matrix([[1, 2], [3, 5]]), sp.diag(2, 3), sp.diag(5, 7), sp.Matrix([1, 2])
    first = W.T * D2 * g
    return first_wrong([True, True, W.T * W.T * D1 * D2 * g == W.T * D1 * first])


def total_for_immediate() -> Any:
    w, h0 = sp.symbols("w h0")
    right = sp.diff(w**5 * h0, w)
    return sp.cancel(sum(w ** (5 - t) * sp.diff(w**t * h0, w) for t in range(1, 6)) / right)


def pulled_apart() -> int:
    g, h = [2, 3], [5, 7]
    return first_wrong([True, True, sum(u * v for u, v in zip(g, h, strict=True)) == sum(g) * sum(h)])


def label_forgotten() -> int:
    v = sp.symbols("v1:4", real=True)
    whole = sum(map(sp.exp, v))
    loss = -v[1] + sp.log(whole)
    at = dict(zip(v, (0, 1, 2), strict=True))
    p = sp.exp(v[1]) / whole
    said = [loss + sp.log(p), loss.diff(v[1]) - (-1 + whole / whole), loss.diff(v[1])]
    return first_wrong([abs(it.subs(at).evalf()) < 1e-9 for it in said])


def paths_through_the_third_state() -> int:
    arrows: dict[str, list[str]] = {"W": [f"h{t}" for t in range(1, 6)]}
    arrows |= {f"h{t}": [f"h{t + 1}", f"L{t}"] for t in range(1, 6)}

    def ways(here: str, end: str) -> list[list[str]]:
        if here == end:
            return [[end]]
        return [[here, *way] for there in arrows.get(here, []) for way in ways(there, end)]

    return sum("h3" in way for way in ways("W", "L5"))


def node_of_three() -> Any:
    z = sp.Symbol("z")
    M = z**2
    return (M * z).diff(z).subs(z, 2)


def held_before() -> Any:
    w, state = sp.symbols("w state")
    twice = (w * (w * state + 1) + 1).diff(w)
    return sp.Matrix([(w * state + 1).diff(w).subs(state, 3), twice.subs({state: 1, w: 2})])


TABLE = sp.Matrix([[3, 0, 0], [-1, 2, 0], [4, -2, 5]])
KEYS: dict[str, Callable[[], Any]] = {
    "gradient-1": by_entry,
    "chain-rule-1": upstream,
    "notation-and-losses-1": squared_error,
    "output-gradient-1": lambda: (sp.Rational(-3, 8) + 1) / eighth,
    "output-gradient-4": label_forgotten,
    "output-weights-1": lambda: sp.Matrix([1, -3, 2]) * sp.Matrix([[2, -4]]) * quarter,
    "last-state-1": lambda: sp.Matrix([[1, 2], [0, -1], [3, 1]]).T * sp.Matrix([2, -3, 1]) / 4,
    "earlier-state-1": lambda: 3 * (1 - half**2) * 2 - 1,
    "start-1": lambda: sp.Matrix([half, quarter - 1, quarter]),
    "start-2": lambda: sp.Matrix([half * half, -half * quarter, -half * quarter]),
    "series-and-parallel-1": lambda: len(range(1, 5)),
    "series-and-parallel-3": lambda: half * 2 * half * 2 * half * 4,
    "series-and-parallel-4": turned_round,
    "state-recursion-1": lambda: 2 * (1 - half**2) * 4 + 1,
    "state-recursion-4": exchanged,
    "parameters-1": lambda: 4 * half * 0 + 3 * 1 * 1 + 2 * half * -1,
    "parameters-2": total_for_immediate,
    "parameters-4": pulled_apart,
    "every-length-1": first_push,
    "every-length-4": wrong_price,
    "vanishing-1": lambda: (2 * (1 - sp.Rational(3, 4))) ** 3,
    "vanishing-4": lambda: next(
        n for n in count() if (sp.Rational(3, 2) * third) ** n < sp.Rational(1, 1000)
    ),
    "truncation-1": lambda: sum(min(n, 3) for n in range(1, 6)),
    "truncation-2": held_before,
    "any-graph-1": lambda: 2 * 3 - 1 * 5 + 4 * half,
    "any-graph-2": node_of_three,
    "fast-loop-4": lambda: (4 * 5) ** 2 - 4 * 5,
    "model-and-loss-1": lambda: sum(TABLE.row(2)),
    "model-and-loss-2": lambda: sum(TABLE.col(0)),
    "shared-copies-1": lambda: 3 * (1 - half**2) * (2 + sp.Rational(9, 2) * (1 - third**2) * -1),
    "two-steps-1": lambda: 8 * quarter * (1 + 2 * half * 3),
    "two-steps-3": lambda: 1 + 2 * quarter * (4 + 2 * half * 8),
    "product-rule-1": lambda: (1 - half**2) * (sp.Rational(3, 4) + 2 * quarter),
    "product-rule-2": lambda: (1 - half**2) * (half + 2 * (1 - half**2) * third),
    "sum-over-paths-1": paths_through_the_third_state,
    "sum-over-paths-2": lambda: 1 + third * (3 + half * 6),
}
