"""Time: the horizon T, the steps that run over it, and moments such as t - 1."""

from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.shape import Index, Size, check_name


class Horizon(Size):
    """The number T of time steps, at least 1, known only by its name; time runs from 1 to T."""

    is_time = True

    def __add__(self, offset: int) -> "Moment":
        return Moment(self, offset)

    def __sub__(self, offset: int) -> "Moment":
        return Moment(self, -offset)


class Moment(Frozen):
    """A point in time: a number, or some steps before or after a step or the horizon."""

    base: "Step | Horizon | None"
    offset: int

    def __init__(self, base: "Step | Horizon | None", offset: int = 0) -> None:
        if base is not None and not isinstance(base, (Step, Horizon)):
            raise TypeError(f"base: expected a Step, a Horizon or None, got {base!r}")
        if not isinstance(offset, int) or isinstance(offset, bool):
            raise TypeError(f"offset: expected an int, got {offset!r}")
        fix(self, base=base, offset=offset)

    def __add__(self, offset: int) -> "Moment":
        return Moment(self.base, self.offset + offset)

    def __sub__(self, offset: int) -> "Moment":
        return Moment(self.base, self.offset - offset)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and other.base == self.base and other.offset == self.offset

    def __hash__(self) -> int:
        return hash((self.base, self.offset))

    def __repr__(self) -> str:
        if self.base is None:
            return str(self.offset)
        if not self.offset:
            return self.base.name
        return f"{self.base.name}{'+' if self.offset > 0 else '-'}{abs(self.offset)}"


class Step(Index):
    """A variable that runs over the moments from ``first`` to ``last``, by default from 1 to T.

    Two steps are the same only if they are the same object.
    """

    horizon: Horizon
    first: Moment
    last: Moment

    def __init__(
        self,
        name: str,
        horizon: Horizon,
        first: "Moment | Step | Horizon | int" = 1,
        last: "Moment | Step | Horizon | int | None" = None,
    ) -> None:
        check_name(name)
        if not isinstance(horizon, Horizon):
            raise TypeError(f"horizon: the steps {name} must run over a Horizon, got {horizon!r}")
        super().__init__(name, horizon)
        fix(self, horizon=horizon, first=moment(first), last=moment(horizon if last is None else last))

    def __add__(self, offset: int) -> Moment:
        return Moment(self, offset)

    def __sub__(self, offset: int) -> Moment:
        return Moment(self, -offset)

    def takes(self, when: Moment) -> bool:
        """Tell whether a moment lies in the range; False: it may not."""
        return at_most(self.first, when) and at_most(when, self.last)

    def fresh(self) -> "Step":
        """Make another step of the same name; it runs over the whole of 1 to T."""
        return Step(self.name, self.horizon)

    def between(self, first: Moment, last: Moment) -> "Step":
        """Make another step of the same name that runs over another range."""
        return Step(self.name, self.horizon, first, last)

    def anywhere(self) -> "Step":
        """Make another step of the same name, of which is known nothing: its range is said by itself."""
        step: Step = object.__new__(Step)
        Index.__init__(step, self.name, self.horizon)
        fix(step, horizon=self.horizon, first=Moment(step), last=Moment(step))
        return step

    def range(self) -> str:
        """Write the range as text: ``1 ≤ t ≤ T``."""
        return f"{self.first} ≤ {self.name} ≤ {self.last}"


def moment(value: object) -> Moment:
    """Take a moment as it is; make one of a step, a horizon or a number."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, (Step, Horizon)):
        return Moment(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Moment(None, value)
    raise TypeError(f"expected a moment such as 0, t, t-1 or T, got {type(value).__name__} {value!r}")


def horizon(name: str) -> Horizon:
    """Declare the number of time steps."""
    return Horizon(name)


def step(
    name: str, horizon: Horizon, first: "Moment | Step | Horizon | int" = 1, last: object = None
) -> Step:
    """Declare a variable that runs from ``first`` to ``last``, by default from 1 to T."""
    return Step(name, horizon, first, None if last is None else moment(last))


def steps_in(point: Moment) -> "tuple[Step, ...]":
    """List the step that a moment counts from and those on which the range of that step depends."""
    if not isinstance(point.base, Step):
        return ()
    return (point.base,) + steps_in(point.base.first) + steps_in(point.base.last)


def at_most(x: Moment, y: Moment) -> bool:
    """Tell whether x ≤ y follows from T ≥ 1 and the ranges of the steps; False only says: not known."""
    if x.base == y.base:
        return x.offset <= y.offset
    if x.base is None and isinstance(y.base, Horizon):
        return x.offset <= y.offset + 1
    one, other = x.base, y.base
    return (isinstance(one, Step) and one.last.base is not one and at_most(one.last + x.offset, y)) or (
        isinstance(other, Step) and other.first.base is not other and at_most(x, other.first + y.offset)
    )
