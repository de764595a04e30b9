"""The exercises of the chapters on one product."""

from bptt.check.questions import Exact, Question, Slipped, Typed
from bptt.kernel import Index, delta, inner, matrix, named, ones, sizes, sum_over, total

n, k, m = sizes("n k m")
A, B = matrix("A", n, k), matrix("B", k, m)
C = named("C", A @ B)
i, j, p, q, s = Index("i", n), Index("j", m), Index("p", n), Index("q", k), Index("s", m)
E, G, G3, dB = matrix("E", m, k), matrix("G", n, m), matrix("G3", n, k), matrix("dB", k, m)
SYMBOLS: "dict[str, Typed]" = {"A": A, "B": B, "C": C, "n": n, "k": k, "m": m}

EXERCISES = (
    Exact("gradient-1", "What is ∂c_22/∂a_24 in the document's example?", 7),
    Question(
        "gradient-2",
        "C = A B. What is the derivative of C[i, j] by B[q, s]?",
        r"\frac{\partial c_{ij}}{\partial b_{qs}}",
        dict(SYMBOLS, i=i, j=j, q=q, s=s),
        (A @ B)[i, j],
        B[q, s],
        delta(j, s) * A[i, q],
    ),
    Question(
        "gradient-3",
        "C = A B. What is the gradient by B of the sum of all entries of C?",
        r"\frac{\partial}{\partial B}\langle\mathbf 1, C\rangle",
        SYMBOLS,
        total(A @ B),
        B,
        A.T @ ones(n, m),
    ),
    Slipped(
        "gradient-4",
        "Which line does not follow from the one before?",
        [
            sum_over(i, sum_over(j, delta(i, p) * B[q, j])),
            sum_over(j, B[q, j]),
            (B @ ones(m, 1))[q],
            sum_over(i, (ones(n, m) @ B.T)[i, q]),
        ],
    ),
    Exact("chain-rule-1", "With the document's numbers, what is ∂L/∂a_23?", 80),
    Question(
        "chain-rule-2",
        "L = <G3, A B E>, and G3 is n×k. What is the gradient of L by B?",
        r"\frac{\partial L}{\partial B}",
        dict(SYMBOLS, E=E, G3=G3),
        inner(G3, A @ B @ E),
        B,
        A.T @ G3 @ E.T,
    ),
    Question(
        "chain-rule-3",
        "C = A B, and the loss is <C, C>/2. What is its gradient by A?",
        r"\frac{\partial L}{\partial A}",
        SYMBOLS,
        inner(A @ B, A @ B) / 2,
        A,
        A @ B @ B.T,
    ),
    Slipped(
        "chain-rule-4",
        "Which line does not follow from the one before?",
        [inner(G, A @ dB), inner(A.T @ G, dB), total((A.T @ G) @ dB.T), total(dB @ G.T @ A)],
    ),
)
