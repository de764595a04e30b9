"""The exercises of the chapters on graphs of any shape, and on all steps at once."""

from bptt.check.questions import Exact, Question, Typed
from bptt.kernel import Index, by_entry, diag, inner, matrix, named, sizes, sum_over, tanh, vector

d, e = sizes("d e")
C, z, H_e, p_d = matrix("C", e, d), vector("z", d), vector("H", e), vector("p", d)
S, K_d = matrix("S", d, d), vector("K", d)
any_graph = (
    Exact("any-graph-1", "What is the gradient of z?", 3),
    Exact("any-graph-2", "What is the gradient of that line at z = 2?", 12),
    Question(
        "any-graph-3",
        "The loss is <H, C z> + <p, z>, where H is what comes back to C z. What is its gradient by z?",
        r"\frac{\partial L}{\partial z}",
        {"C": C, "H": H_e, "p": p_d, "z": z, "d": d, "e": e},
        inner(H_e, C @ z) + inner(p_d, z),
        z,
        C.T @ H_e + p_d,
    ),
    Question(
        "any-graph-4",
        "A layer adds its input to what it makes of it, z + tanh(S z), and K comes back to the sum. "
        "What comes back to z?",
        r"\frac{\partial L}{\partial z}",
        {"S": S, "K": K_d, "z": z, "d": d},
        inner(K_d, z + tanh(S @ z)),
        z,
        K_d + S.T @ ((1 - tanh(S @ z) ** 2) * K_d),
    ),
)

n, m, k, N = sizes("n m k N")
U, V = matrix("U", n, m), matrix("V", k, n)
X, H, G, E = matrix("X", m, N), matrix("H", n, N), matrix("G", n, N), matrix("E", k, N)
i, j, row, p = Index("i", n), Index("j", N), Index("l", k), Index("p", m)
x_j = named("x_j", by_entry(p, None, X[p, j]))
h_j = named("h_j", by_entry(i, None, H[i, j]))
g_j = named("g_j", by_entry(i, None, G[i, j]))
e_j = named("e_j", by_entry(row, None, E[row, j]))
w = vector("w", N)
COLUMNS: "dict[str, Typed]" = {
    "U": U, "V": V, "X": X, "H": H, "G": G, "E": E, "n": n, "m": m, "k": k, "N": N,
}  # fmt: skip
fast_loop = (
    Question(
        "fast-loop-1",
        "h_j and e_j are the columns of H and E. What is the sum of h_j (Vᵀ e_j)ᵀ over j, as one product?",
        r"\sum_j h_j\,(V^\top e_j)^\top",
        COLUMNS,
        sum_over(j, h_j @ (V.T @ e_j).T),
        None,
        H @ E.T @ V,
        is_shown=True,
    ),
    Question(
        "fast-loop-2",
        "g_j and x_j are the columns of G and X. What is the sum of w_j g_j x_jᵀ over j, as products?",
        r"\sum_j w_j\, g_j x_j^\top",
        dict(COLUMNS, w=w),
        sum_over(j, w[j] * (g_j @ x_j.T)),
        None,
        G @ diag(w) @ X.T,
        is_shown=True,
    ),
    Question(
        "fast-loop-3",
        "What is the matrix with the columns Uᵀ((1 - h_j²) * g_j)?",
        r"U^\top((1-h_j^{\odot 2})\odot g_j)",
        COLUMNS,
        by_entry(p, j, (U.T @ ((1 - h_j**2) * g_j))[p]),
        None,
        U.T @ ((1 - H**2) * G),
        is_shown=True,
    ),
    Exact("fast-loop-4", "How many products do not belong there?", 380),
)
EXERCISES = any_graph + fast_loop
