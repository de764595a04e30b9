"""What may stand as the targets of a loss, and what is said where something else does.

Integer labels, counted from 0, have the shape of the logits without their last axis; distributions have the
shape and precision of the logits, no negative entry and the sum 1 in each row. The dtype tells which.
Numbers, which the losses without a softmax take, have the shape and precision of the logits too.
"""

from functools import lru_cache

import numpy as np

from bptt.arrays import Array, check_array, check_precision, check_shape

OTHER_LOSSES = '(for numbers say loss="squared_distance", for a yes or no loss="binary_cross_entropy")'


def targets(y: Array, o: Array) -> Array:
    """Return the targets as they are, if they fit the logits; NumPy's label of a single step as an array.

    Args:
        y: (...) integer labels, or (..., K) floating distributions.
        o: (..., K), the logits.

    Returns:
        y.

    Raises:
        TypeError, ValueError: as `nll`.

    Source: records S001-13 (the indicator) and S004-06 (the label vector).
    """
    if isinstance(y, np.integer):
        y = np.array(y)
    if type(y) is not np.ndarray or y.dtype.kind not in "iufc":
        received = y.dtype if type(y) is np.ndarray else type(y).__name__
        raise TypeError(f"y: expected a NumPy array of integers or floating targets; received {received}")
    if y.shape != (o.shape[:-1] if is_labels(y) else o.shape):
        raise ValueError(
            f"y: expected integer labels of shape {o.shape[:-1]} or floating targets of shape {o.shape}; "
            f"received {y.dtype} of shape {y.shape}{way_on(y, o.shape)}"
        )
    if is_labels(y):
        check_labels(y, o.shape[-1])
    else:
        check_distributions(y, o)
    return y


def is_labels(y: Array) -> bool:
    """Tell labels from distributions, by the dtype."""
    return y.dtype.kind in "iu"


def labelled(y: Array, o: Array) -> Array:
    """Return which entries of o, counted through all rows, the labels point to; of the shape of y."""
    return first_entries(o.size, o.shape[-1]).reshape(y.shape) + y.astype(np.intp, copy=False)


@lru_cache(maxsize=8)  # twice in each run, and in a training always the same
def first_entries(size: int, K: int) -> Array:
    """Return where the rows of an array of this size begin."""
    return np.arange(0, size, K)


def minus_targets(p: Array, y: Array) -> Array:
    """Compute p − y; labels are subtracted in p itself, which must be in C order."""
    if not is_labels(y):
        return p - y
    p.reshape(-1)[labelled(y, p)] -= 1
    return p


def check_labels(y: Array, size: int) -> None:
    """Check that labels count the classes from 0; `targets` says the rest."""
    if y.min() < 0 or y.max() >= size:
        place = tuple(int(i) for i in np.argwhere((y < 0) | (y >= size))[0])
        hint = ""
        if y.min() < 0:
            hint = " (for padding write np.maximum(y, 0), with weights=(y >= 0).astype(float))"
        elif size == 1:
            hint = ' (for a yes or no write y[..., None].astype(float), with loss="binary_cross_entropy")'
        raise ValueError(f"y: expected labels from 0 to {size - 1}; received {y[place]}{_at(place)}{hint}")


def check_distributions(y: Array, o: Array) -> None:
    """Check that each row of targets is a distribution; `targets` says the rest."""
    if o.shape[-1] == 1:
        raise ValueError(
            f"y: expected distributions over 2 classes or more, since the softmax of one logit is always 1; "
            f"received shape {y.shape} {OTHER_LOSSES}"
        )
    check_numbers(y, o)
    sums = y.real.sum(axis=-1, keepdims=True)
    # Half the digits: rows that were themselves computed, by a softmax for example, carry some rounding.
    for wrong in (y.real < 0, np.abs(sums - 1) > np.sqrt(np.finfo(y.dtype).eps)):
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0][:-1])
            raise ValueError(
                f"y: expected rows with no negative entry that sum to 1; received {y[place]}{_at(place)} "
                f"{OTHER_LOSSES}"
            )


def check_numbers(y: Array, o: Array, *, probabilities: bool = False) -> None:
    """Check that targets have the shape and precision of the logits and, if asked, lie from 0 to 1.

    Raises:
        TypeError, ValueError: as `nll`.
    """
    check_array("y", y)
    check_shape("y", y, o.shape, "that of the logits")
    check_precision(o=o, y=y)
    if probabilities and (y.real.min() < 0 or y.real.max() > 1):
        place = tuple(int(i) for i in np.argwhere((y.real < 0) | (y.real > 1))[0])
        raise ValueError(f"y: expected targets from 0 to 1; received {y[place]}{_at(place)}")


def way_on(y: Array, shape: tuple[int, ...]) -> str:
    """Say what may be meant by targets whose shape does not fit logits of this shape, if anything may."""
    if y.shape == shape:
        return " (for one-hot rows write y.astype(float))"
    if y.shape == shape[:-1]:
        return " (for labels write y.astype(int))"
    if len(shape) > 1 and y.shape in {shape[1:-1], shape[1:]}:
        return ' (for one answer to each sequence say loss_at="last")'
    if len(shape) == 3 and y.shape[:2] == shape[1::-1]:
        return " (is it batch first? write y.swapaxes(0, 1))"
    return ""


def _at(place: tuple[int, ...]) -> str:
    return f" at {list(place)}" if place else ""
