"""Judges a statement: looks for a world in which all that is assumed holds and the two sides differ."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from falsifier.declared import declared
from falsifier.printed import Alike, printed
from falsifier.statement import Statement, Var
from falsifier.values import NoValue, Number, Unsure, differ
from falsifier.worlds import MOODS, Env, Matrix, Unsatisfied, World, assumed

FALSE, OPEN, MISREAD, ALIKE = "false", "open", "misread", "alike"
HOLDS, VACUOUS, UNJUDGED = "holds", "vacuous", "unjudged"
FAULTS = (FALSE, OPEN, MISREAD, ALIKE)

LARGEST, LATEST = 3, 4  # sizes and horizons go up to these
MOST_PLACES = 6  # values of the context that are tried in one world
WORLDS = 12


@dataclass(frozen=True)
class Verdict:
    """What became of a statement, and the first world against it."""

    kind: str
    why: str = ""
    points: int = 0

    @property
    def is_fault(self) -> bool:
        return self.kind in FAULTS


@dataclass
class Tally:
    """What was seen in the worlds of one statement."""

    compared: int = 0
    against: str = ""
    without_value: int = 0
    unsure: int = 0


def worlds(statement: Statement, seed: int, count: int) -> Iterator[World]:
    """Draw worlds: first each horizon at each of its values with sizes at random, small moods after large."""
    draw = random.Random(seed)
    sizes = statement.sizes()
    ranges = [range(1, (LATEST if size[2] else LARGEST) + 1) for size in sizes]
    chosen = list(product(*ranges))
    draw.shuffle(chosen)
    if len(chosen) > count:
        # Every value of every size is seen, all pairs need not be.
        chosen = [
            tuple(values[(n + k) % len(values)] for k, values in enumerate(ranges)) for n in range(4)
        ] + chosen
    for n in range(count):
        concrete = dict(zip(sizes, chosen[n % len(chosen)], strict=True))
        mood = MOODS[n % len(MOODS)]
        yield World(concrete, random.Random(draw.random()), mood)


def places(world: World, context: tuple[Var, ...]) -> list[Env]:
    """List values of the context: all of them, or a choice with the first and the last."""
    found = list(world.spots(context, {}))
    if len(found) <= MOST_PLACES:
        return found
    inside = world.draw.sample(found[1:-1], MOST_PLACES - 2)
    return [found[0], found[-1], *inside]


def compared(world: World, statement: Statement, env: Env, tally: Tally) -> bool:
    """Compare both sides at one place; True where they differ, and the tally says how."""
    try:
        left, right = world.value(statement.left, env), world.value(statement.right, env)
    except NoValue:
        tally.without_value += 1
        if statement.partial:
            return False
        tally.against = f"a side has no value {where(world, statement, env)}"
        return True
    tally.compared += 1
    against = difference(left, right)
    if against:
        tally.against = f"{against} {where(world, statement, env)}"
    return bool(against)


def difference(left: Matrix, right: Matrix) -> str:
    """Name the first two entries that differ; nothing where none do."""
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return f"{len(left)}×{len(left[0])} is not {len(right)}×{len(right[0])}"
    for us, vs in zip(left, right, strict=True):
        for u, v in zip(us, vs, strict=True):
            if differ(u, v):
                return f"{shown(u)} is not {shown(v)}"
    return ""


def shown(value: Number) -> str:
    return (
        str(value)
        if isinstance(value, int) or not hasattr(value, "interval")
        else f"{float(value.interval.mid):.6g}"
    )


def where(world: World, statement: Statement, env: Env) -> str:
    """Say in which world, the values of symbols and series included."""
    sizes = [f"{size[1]} = {n}" for size, n in world.sizes.items()]
    variables = [
        f"{var.name} = {env[var.key] + (var.first is None)}" for var in statement.context if var.key in env
    ]
    values = [f"{name_of(key)} = {flat(value)}" for key, value in {**world.drawn, **world.settled}.items()]
    return "at " + ", ".join(sizes + variables + values) if sizes + variables + values else "everywhere"


def name_of(key: Any) -> str:
    if isinstance(key[0], tuple):
        return f"{key[0][1]}[{key[1]}]"
    return "'".join(str(part) for part in key[1:2]) if key[0] != "function" else str(key[1:])


def flat(value: Any) -> str:
    if not isinstance(value, list) or not isinstance(value[0], list):
        return str(value)
    rows = [" ".join(shown(x) for x in row) for row in value]
    return rows[0] if len(rows) == 1 else f"[{'; '.join(rows)}]"


def survey(statement: Statement, seed: int, count: int) -> Tally:
    """Look at a statement in a number of worlds, until one is against it."""
    tally = Tally()
    for world in worlds(statement, seed, count):
        for env in places(world, statement.context):
            try:
                if assumed(world, statement, env) and compared(world, statement, env, tally):
                    return tally
            except Unsatisfied:
                continue
            except NoValue:
                tally.without_value += 1
            except Unsure:
                tally.unsure += 1
    return tally


def judged(statement: Statement, seed: int = 1, count: int = WORLDS) -> Verdict:
    """Judge a statement."""
    if statement.open():
        return Verdict(OPEN, f"{statement.open()[0].name} is free and stands in no context")
    tally = survey(statement, seed, count)
    if tally.against:
        return Verdict(FALSE, tally.against, tally.compared)
    if tally.compared:
        return Verdict(HOLDS, points=tally.compared)
    return Verdict(UNJUDGED if tally.without_value + tally.unsure else VACUOUS)


def judge(theorem: Any, seed: int = 1, count: int = WORLDS) -> Verdict:
    """Judge what a theorem says, by declaration and, if that is true, as it is printed."""
    verdict = judged(declared(theorem), seed, count)
    if verdict.is_fault:
        return verdict
    try:
        read = judged(printed(theorem), seed, max(count // 2, 4))
    except Alike as error:
        return Verdict(ALIKE, str(error), verdict.points)
    return Verdict(MISREAD, read.why, verdict.points) if read.is_fault else verdict
