"""A run: concrete sizes and arrays on which a formula is compared with NumPy code."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from bptt.kernel import Formula, Index, Place, evaluate
from bptt.kernel.rules import every_index, sizes_of, symbols_of

# All different and none 1, so that a transpose or a swapped factor cannot hide.
EXTENTS = (3, 5, 4, 7, 6)


class Run:
    """A float64 array for every symbol of some formulas, drawn once and always the same."""

    def __init__(self, *formulas: Formula) -> None:
        names = [size.name for size in sizes_of(*formulas)]
        if len(names) > len(EXTENTS):
            raise ValueError(f"formulas: a run knows {len(EXTENTS)} different sizes, these have {len(names)}")
        self.sizes = dict(zip(names, EXTENTS, strict=False))
        draw = np.random.default_rng(0)
        self.arrays = {
            symbol.name: draw.standard_normal(
                [d if isinstance(d, int) else self.sizes[d.name] for d in symbol.shape]
            )
            for symbol in symbols_of(*formulas)
        }

    def value(self, formula: Formula, indices: Iterable[Index] = ()) -> Any:
        """Evaluate a formula on the arrays, by the kernel and not by NumPy.

        A formula with free indices gives an array with an axis for each of them, in the order of their names.
        """
        place = Place(self.sizes, {name: array.tolist() for name, array in self.arrays.items()})
        values = np.array([evaluate(formula, spot) for spot in every_index(place, set(indices))], dtype=float)
        axes = [self.sizes[index.size.name] for index in sorted(indices, key=lambda index: index.name)]
        return values.reshape(axes) if axes else values[0]

    def arguments(self, function: Callable[..., Any]) -> dict[str, Any]:
        """Pick the arrays that a function asks for by name."""
        wanted = list(inspect.signature(function).parameters)
        missing = [name for name in wanted if name not in self.arrays]
        if missing:
            raise TypeError(
                f"{function.__name__} asks for {', '.join(missing)}, which the formulas do not have"
            )
        return {name: self.arrays[name] for name in wanted}
