"""What the heads of people's programs say is true, by differences that owe nothing to the package."""

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from program import PATHS, Name, Program, leaves

PROGRAMS = [Program(path) for path in PATHS]
STEPS = (1e-2, 1e-4, 1e-6, 1e-8)  # one of them fits: a kink asks for a small one, float32 for a large one


def problem(program: Program) -> tuple[Callable[[Any], Any], Any, Any]:
    """Give a scalar function, its point, and its claimed gradient."""
    names, fault = program.defines, program.head.get("fault", "")
    if "arrays" in names:
        arrays, random = names["arrays"], np.random.default_rng(0)
        upstream = copy.deepcopy(names["forward"](**arrays))
        for _, array in leaves(upstream):
            array[...] = random.normal(size=array.shape)

        def paired(point: Any) -> Any:
            pairs = zip(leaves(upstream), leaves(names["forward"](**point)), strict=True)
            return sum(np.sum(weight * array) for (_, weight), (_, array) in pairs)

        return paired, arrays, names["backward"](copy.deepcopy(upstream), **arrays)
    claimed = names["grads"]
    if "other names" in fault:
        claimed = {name.removeprefix("d"): gradient for name, gradient in claimed.items()}
    value = (lambda params: program.value(params)[0]) if "pair" in fault else program.value
    return value, names["params"], claimed


def moved(point: Any, name: Name, shift: Any) -> Any:
    """Copy a point and move one of its arrays."""
    point = copy.deepcopy(point)
    array = dict(leaves(point))[name]
    array += np.asarray(shift, dtype=array.dtype)
    return point


def slope(f: Callable[[Any], Any], point: Any, name: Name, way: Any, step: float) -> float:
    above, below = (f(moved(point, name, sign * step * way)) for sign in (1, -1))
    return (float(above) - float(below)) / (2 * step)


def error(f: Callable[[Any], Any], point: Any, name: Name, gradient: Any) -> float:
    """Hold a gradient along three random ways against differences: the worst way, at its best step."""
    random, worst = np.random.default_rng(1), 0.0
    for _ in range(3):
        way = random.normal(size=np.shape(gradient))
        along, scale = np.sum(gradient * way), np.linalg.norm(gradient * way) + 1e-9
        off = min(abs(slope(f, point, name, way, step) - along) for step in STEPS)
        worst = max(worst, off / scale)
    return worst


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_wrong_tensors_are_those_that_the_head_names(program: Program) -> None:
    f, point, claimed = problem(program)
    gradients = dict(leaves(claimed))
    assert set(gradients) == {name for name, _ in leaves(point)} == set(program.tensors)
    fault = program.head.get("fault", "")
    if "random" in fault or "state" in fault or "depend" in fault:  # no difference means anything
        assert not program.wrong
        return
    errors = {name: error(f, point, name, gradients[name]) for name in program.tensors}
    least = 1e-2 if any(array.dtype == np.float32 for array in gradients.values()) else 1e-5
    assert [name for name in errors if errors[name] > least] == program.wrong
    assert all(errors[name] > 1e-2 for name in program.wrong)
    assert bool(program.wrong) == ("slip" in program.head)


def gives_two_values(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    return len({float(f(copy.deepcopy(point))) for _ in range(3)}) > 1


def does_not_depend(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    return all(f(moved(point, name, 0.1)) == f(point) for name in program.tensors)


def changes_its_argument(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    given = copy.deepcopy(point)
    f(given)
    changed = [name for name, array in leaves(given) if not np.array_equal(array, dict(leaves(point))[name])]
    return changed == [(program.head["fault"].split()[-1],)]


def loses_the_imaginary_part(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    """Give f complex arrays: it refuses them, casts them, or has another slope than the real one."""
    name, array = next(leaves(point))
    lifted = {key: value.astype(complex) for key, value in point.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            along = f(moved(lifted, name, 1e-20j)).imag / 1e-20
        except (TypeError, np.exceptions.ComplexWarning):
            return True
    return abs(along - slope(f, point, name, np.ones(np.shape(array)), 1e-4)) > 1e-3


def computes_in_float32(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    """Move a tensor, in double precision, by less than float32 resolves."""
    double = {name: array.astype(float) for name, array in point.items()}
    return bool(f(moved(double, program.tensors[0], 1e-13)) == f(double))


def has_a_kink(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    ways = [(name, np.ones(np.shape(array))) for name, array in leaves(point)]
    return any(abs(slope(f, point, *way, 1e-5) - slope(f, point, *way, 1e-7)) > 1e-2 for way in ways)


def returns_a_pair(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    return len(program.value(point)) == 2


def names_differ(program: Program, f: Callable[[Any], Any], point: Any) -> bool:
    return not {*program.defines["grads"]} & {*point}


FAULTS = {
    "f random": gives_two_values,
    "f keeps a state": gives_two_values,
    "f does not depend on W and U": does_not_depend,
    "f changes Wh": changes_its_argument,
    "f makes a real number of its loss by float()": loses_the_imaginary_part,
    "f writes into an array of real dtype": loses_the_imaginary_part,
    "f takes no complex numbers": loses_the_imaginary_part,
    "f takes the absolute value of complex numbers": loses_the_imaginary_part,
    "f computes in float32": computes_in_float32,
    "f has a kink within a step": has_a_kink,
    "f returns a pair": returns_a_pair,
    "the gradients have other names than the parameters": names_differ,
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_fault_is_that_of_the_head_and_others_have_none(program: Program) -> None:
    f, point, _ = problem(program)
    if fault := program.head.get("fault"):
        assert FAULTS[fault](program, f, point)
        assert "says" in program.head
    else:
        assert not gives_two_values(program, f, point)
        assert not does_not_depend(program, f, point)
