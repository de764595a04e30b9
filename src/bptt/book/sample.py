"""A run: concrete sizes and arrays on which a formula is compared with NumPy code."""

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from bptt.book.network_sample import NetworkSample, network_sample
from bptt.kernel import At, Formula, Index, Labels, Place, Series, evaluate
from bptt.kernel.language.shape import SCALAR
from bptt.kernel.language.time import Step
from bptt.kernel.language.wellformed import series_of, sizes_of, symbols_of
from bptt.kernel.run.evaluate import Given, every_index
from bptt.measure import complex_step

# All different and none 1, so that a transpose or a swapped factor cannot hide.
EXTENTS = (3, 5, 4, 7, 6, 8, 9)


class Sample:
    """An array for every symbol of some formulas, drawn once and always the same.

    Where the formulas speak of time, it is a run of the network in NumPy: its parameters, its states and
    their gradients are the arrays, and the sizes n, m, k, T are its own.
    """

    def __init__(self, *formulas: Formula) -> None:
        sizes, series = sizes_of(*formulas), series_of(*formulas)
        in_time = bool(series) or any(size.is_time for size in sizes)
        self.network: NetworkSample | None = network_sample() if in_time else None
        self.sizes = dict(self.network.sizes) if self.network else {}
        names = [size.name for size in sizes if size.name not in self.sizes]
        free = [extent for extent in EXTENTS if extent not in self.sizes.values()]
        if len(names) > len(free):
            raise ValueError(f"formulas: a run knows {len(free)} different sizes, these have {len(names)}")
        self.sizes.update(zip(names, free, strict=False))

        draw = np.random.default_rng(0)
        self.arrays: dict[str, Any] = dict(self.network.arrays) if self.network else {}
        self.values: dict[str, Given] = dict(self.network.values) if self.network else {}
        for item in (*symbols_of(*formulas), *series):
            if item.name not in self.values:
                self.draw(item, draw)

    def draw(self, item: Any, draw: np.random.Generator) -> None:
        """Draw what the network does not have: a symbol, or a series at all its times."""
        if item.name in self.arrays:
            raise ValueError(f"{item.name}: the run of the network has an array of that name")
        if isinstance(item, Labels):
            labels = draw.integers(self.sizes[item.size.name], size=self.sizes["T"] + 4)
            self.values[item.name] = {time: int(label) for time, label in enumerate(labels, start=-1)}
            return
        shape = [d if isinstance(d, int) else self.sizes[d.name] for d in item.shape]
        if isinstance(item, Series):
            times = draw.standard_normal([self.sizes["T"] + 4, *shape])
            self.values[item.name] = {time: array.tolist() for time, array in enumerate(times, start=-1)}
        else:
            self.arrays[item.name] = draw.standard_normal(shape)
            self.values[item.name] = self.arrays[item.name].tolist()

    def value(self, formula: Formula, indices: Iterable[Index] = ()) -> Any:
        """Evaluate a formula on the arrays, by the kernel and not by NumPy.

        A formula with free indices gives an array with an axis for each of them, in the order of their names.
        A column of the network is a row of its arrays, so there it gives an array of one axis.
        """
        spots = self.spots(indices)
        values = np.array([evaluate(formula, spot) for spot in spots], dtype=float)
        if formula.shape[1] == 1 and (formula.shape == (1, 1) or self.network):
            values = values[:, :, 0]
        if formula.shape == (1, 1):
            values = values[:, 0]
        return stacked(values, spots, indices)

    def spots(self, indices: Iterable[Index]) -> list[Place]:
        return every_index(Place(self.sizes, self.values), by_name(indices))

    def called(
        self, function: Callable[..., Any], indices: Iterable[Index] = (), by: Formula | None = None
    ) -> Any:
        """Call a function with the arrays that it asks for by name; with ``by``, measure how it changes.

        One that asks for a free index by its name, as the label in a loss is one, is called at each of its
        values, counted from 0; what comes out has an axis for each index that it asks for.
        """
        parameters = inspect.signature(function).parameters
        asked = [index for index in indices if index.name in parameters and index.name not in self.arrays]
        arrays, spots, results = self.arguments(function, asked), self.spots(asked), []
        for spot in spots:
            here = partial(function, **{index.name: spot.indices[index] for index in asked})
            if by is None:
                results.append(here(**arrays))
            else:
                gradient = complex_step(here, arrays, str(by))[str(by)]
                results.append(gradient.reshape(()) if by.shape == SCALAR else gradient)
        return stacked(np.array(results), spots, asked)

    def arguments(self, function: Callable[..., Any], indices: Iterable[Index] = ()) -> dict[str, Any]:
        """Pick the arrays that a function asks for by name, beside the indices that it is given."""
        given = {index.name for index in indices}
        wanted = [name for name in inspect.signature(function).parameters if name not in given]
        missing = [name for name in wanted if name not in self.arrays]
        if missing:
            raise TypeError(
                f"{function.__name__} asks for {', '.join(missing)}, which the formulas do not have"
            )
        return {name: self.arrays[name] for name in wanted}

    def measured(self, by: Formula, loss: Callable[..., Any] | None, indices: Iterable[Index] = ()) -> Any:
        """Measure a loss by the complex step, as it changes with ``by``.

        The loss is a function of the arrays; if none is given it is the network's, and ``by`` may be one of
        its parameters, the copy that a step has of one, its state, logits or input.
        """
        if loss is not None:
            return self.called(loss, indices, by)
        assert self.network is not None
        if not isinstance(by, At):
            return self.network.measured(str(by))
        steps = [by.moment.base] if isinstance(by.moment.base, Step) else []
        times = [spot.time(by.moment) for spot in self.spots(steps)]
        gradients = np.array([self.network.measured_at(by.name, time) for time in times])
        return gradients if steps else gradients[0]


def stacked(values: Any, spots: list[Place], indices: Iterable[Index]) -> Any:
    """Give what was found at each spot an axis for each index, in the order of their names."""
    axes = [len({spot.indices[index] for spot in spots}) for index in by_name(indices)]
    return values.reshape([*axes, *values.shape[1:]]) if axes else values[0]


def by_name(indices: Iterable[Index]) -> list[Index]:
    return sorted(indices, key=lambda index: index.name)
