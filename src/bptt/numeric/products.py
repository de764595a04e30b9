"""The matrix product and its two vector-Jacobian products.

    C = A B,        L = ⟨G, C⟩ = Σᵢⱼ gᵢⱼ cᵢⱼ,        ∂L/∂A = G Bᵀ,        ∂L/∂B = Aᵀ G

G is the cotangent: the gradient of whatever follows, with respect to C. Arguments are named as in the
formulas: NumPy matrices of one precision, real (float32, float64) or complex (complex64, complex128). Nothing
is conjugated, so that the functions are analytic, as the complex step needs.

Source: document 000.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from bptt.arrays import check_array, check_conform, check_indices, check_matrices, check_shape

Matrix = npt.NDArray[Any]


def product(A: Matrix, B: Matrix) -> Matrix:
    """Compute C = A B.

    Args:
        A: shape (n, k).
        B: shape (k, m).

    Returns:
        C, shape (n, m).

    Raises:
        TypeError: an argument that is not a NumPy array of floating or complex dtype, or mixed precision.
        ValueError: not of rank 2, sizes that do not conform or are 0, NaN or infinity.

    Defined: product.
    Source: document 000, records S000-02 to 04.
    """
    check_matrices(A=A, B=B)
    check_conform("B", B, "rows", "A", A, "columns")
    return A @ B


def loss(A: Matrix, B: Matrix, G: Matrix) -> float | complex:
    """Compute L = ⟨G, A B⟩ = Σᵢⱼ gᵢⱼ (A B)ᵢⱼ, the scalar whose gradient with respect to A B is G.

    With G all ones, L is the sum of the entries of A B, which is what document 000 differentiates first.

    Args:
        A: shape (n, k).
        B: shape (k, m).
        G: shape (n, m).

    Returns:
        L, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as for `product`.

    Defined: loss.
    Source: document 000, records S000-08 and S000-18.
    """
    check_matrices(A=A, B=B, G=G)
    check_conform("B", B, "rows", "A", A, "columns")
    check_conform("G", G, "rows", "A", A, "rows")
    check_conform("G", G, "columns", "B", B, "columns")
    value: float | complex = np.sum(G * (A @ B)).item()
    return value


def vjp_left(G: Matrix, B: Matrix) -> Matrix:
    """Pull the cotangent of A B back to the left factor: ∂⟨G, A B⟩/∂A = G Bᵀ.

    A itself is not an argument: the product is linear in A, so its derivative does not depend on it.

    Args:
        G: shape (n, m), the cotangent of A B.
        B: shape (k, m), the right factor.

    Returns:
        The gradient with respect to A, shape (n, k).

    Raises:
        TypeError, ValueError: as for `product`.

    Proved: vjp-left.
    Source: document 000, records S000-18 to 23.
    """
    check_matrices(G=G, B=B)
    check_conform("B", B, "columns", "G", G, "columns")
    return G @ B.T


def vjp_right(A: Matrix, G: Matrix) -> Matrix:
    """Pull the cotangent of A B back to the right factor: ∂⟨G, A B⟩/∂B = Aᵀ G.

    Args:
        A: shape (n, k), the left factor.
        G: shape (n, m), the cotangent of A B.

    Returns:
        The gradient with respect to B, shape (k, m).

    Raises:
        TypeError, ValueError: as for `product`.

    Proved: vjp-right.
    Source: the product rule of document 000, applied to the other factor (the document itself stops at A).
    """
    check_matrices(A=A, G=G)
    check_conform("G", G, "rows", "A", A, "rows")
    return A.T @ G


def embedding_vjp(indices: Matrix, G: Matrix, size: int) -> Matrix:
    """Pull the cotangent of the rows E[indices] back to E: to row i goes the sum of all of G that read it.

    E[indices] is A E for one-hot rows A, and this is Aᵀ G, A not written out. An index that occurs twice adds
    twice, which `dE[indices] += G` does not.

    Args:
        indices: (...), integers from 0 to size − 1.
        G: (..., D), the cotangent of E[indices], such as the gradient by the inputs of a network.
        size: how many rows E has.

    Returns:
        The gradient with respect to E, (size, D).

    Raises:
        TypeError: no integers, or G not a NumPy array of floating or complex dtype.
        ValueError: shapes that do not fit, an index out of range, NaN or infinity.

    Proved: vjp-right.
    Measured: by the complex step, with repeated indices.
    """
    check_indices("indices", indices, size)
    check_array("G", G)
    check_shape("G", G, (*indices.shape, G.shape[-1]), "a row for each index")
    by_rows = np.zeros((size, G.shape[-1]), G.dtype)
    np.add.at(by_rows, indices, G)
    return by_rows
