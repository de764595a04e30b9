"""Numbers that are known within a bound, and numbers with a slope.

What is computed with ``Fraction`` is exact. tanh, exp and log give a ``Rounded``: a float, and how far the
true number may be from it at most, whatever was rounded on the way.
"""

import math
from fractions import Fraction
from typing import Any

from bptt.kernel.language.frozen import Frozen, fix

# Each of these is wider than need be, so that the bounds themselves may be computed with floats.
UNIT = 2.0**-51  # an operation of floats is off by 2**-53 of its result at most
LIBRARY = 2.0**-48  # tanh, exp and log of the C library are off by some units in the last place, here by 16
TINY = 1e-300  # what is lost near 0, where floats run out of digits
WIDER = 1 + 2.0**-40
LARGEST = 1e300

# A Fraction, a float, a Rounded or a Dual: all that compute with one another, which no type says.
Value = Any


class Rounded(Frozen):
    """A float and the most that the true number is away from it. Raises OverflowError beyond 1e300."""

    value: float
    error: float

    def __init__(self, value: float, error: float) -> None:
        # What is not a number is not below anything.
        if not abs(value) + error < LARGEST:
            raise OverflowError("a number too large for a float")
        fix(self, value=value, error=error)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are one float with one bound; whether the true numbers are equal, none can."""
        return isinstance(other, Rounded) and other.value == self.value and other.error == self.error

    def __hash__(self) -> int:
        return hash((self.value, self.error))

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value!r} ± {self.error:.1e}"

    def __add__(self, other: Value) -> Value:
        if not isinstance(other, NUMBERS):
            return NotImplemented
        other = rounded(other)
        return near(self.value + other.value, self.error + other.error)

    def __radd__(self, other: Value) -> Value:
        return self + other

    def __neg__(self) -> "Rounded":
        return Rounded(-self.value, self.error)

    def __sub__(self, other: Value) -> Value:
        return self + -other

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if not isinstance(other, NUMBERS):
            return NotImplemented
        if other == 0:
            return Fraction(0)
        other = rounded(other)
        error = abs(self.value) * other.error + abs(other.value) * self.error + self.error * other.error
        return near(self.value * other.value, error)

    def __rmul__(self, other: Value) -> Value:
        return self * other

    def __truediv__(self, other: Value) -> Value:
        if not isinstance(other, NUMBERS):
            return NotImplemented
        return self * rounded(other).inverse()

    def __rtruediv__(self, other: Value) -> Value:
        return other * self.inverse()

    def __pow__(self, exponent: int) -> Value:
        if exponent < 0:
            return self.inverse() ** -exponent
        result: Value = Fraction(1)
        square: Value = self
        while exponent:
            if exponent % 2:
                result = result * square
            exponent //= 2
            if exponent:
                square = square * square
        return result

    def inverse(self) -> "Rounded":
        """Divide 1 by it; ZeroDivisionError where it may be 0."""
        least = (abs(self.value) - self.error) / WIDER
        if least <= 0:
            raise ZeroDivisionError("division by what may be zero")
        return near(1 / self.value, self.error / abs(self.value) / least)


NUMBERS = (int, float, Fraction, Rounded)


def near(value: float, error: float) -> Rounded:
    """Make a number of a float that was rounded once, with the error that came in."""
    return Rounded(value, (error + abs(value) * UNIT + TINY) * WIDER)


def rounded(value: Value) -> Rounded:
    """Take a number as a float with a bound; a float is what it is."""
    if isinstance(value, Rounded):
        return value
    if isinstance(value, float):
        return Rounded(value, 0.0)
    return near(float(value), 0.0)


def is_zero(value: Value) -> "bool | None":
    """Tell whether a number is zero; None where its bound leaves that open."""
    if isinstance(value, Rounded):
        return False if abs(value.value) > value.error else None
    return value == 0


def is_positive(value: Value) -> bool:
    """Tell whether a number is known to be positive."""
    return value.value > value.error if isinstance(value, Rounded) else value > 0


def differ(one: Value, other: Value) -> bool:
    """Tell whether two numbers are known to differ: exactly, or by more than what was rounded explains."""
    return is_zero(one - other) is False


def tanh(x: Rounded) -> Rounded:
    value = math.tanh(x.value)
    return near(value, x.error + abs(value) * LIBRARY)  # its slope is nowhere more than 1


def exp(x: Rounded) -> Rounded:
    value = math.exp(x.value)
    if x.error > 1:
        raise OverflowError("an exponential of which nothing is known")
    return near(value, value * (2 * x.error + LIBRARY))  # e**d - 1 is at most 2 d for d up to 1


def log(x: Rounded) -> Rounded:
    least = (x.value - x.error) / WIDER
    if least <= 0:
        raise ValueError("the logarithm of what may not be positive")
    value = math.log(x.value)
    return near(value, x.error / least + abs(value) * LIBRARY)


class Dual(Frozen):
    """A number, and how fast it grows with one other that is varied."""

    value: Value
    slope: Value

    def __init__(self, value: Value, slope: Value) -> None:
        fix(self, value=value, slope=slope)

    def __add__(self, other: Value) -> Value:
        other = dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __radd__(self, other: Value) -> Value:
        return self + other

    def __mul__(self, other: Value) -> Value:
        other = dual(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __rmul__(self, other: Value) -> Value:
        return self * other

    def __truediv__(self, other: Value) -> Value:
        return self * dual(other) ** -1

    def __pow__(self, exponent: int) -> "Dual":
        if exponent == 0:
            return Dual(Fraction(1), Fraction(0))
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)


def dual(value: Value) -> Dual:
    return value if isinstance(value, Dual) else Dual(value, Fraction(0))
