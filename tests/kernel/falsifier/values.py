"""Numbers: exact ones, intervals that enclose what cannot be exact, and dual numbers for derivatives.

An interval never decides that two values are equal; it decides that they differ only where it is sure.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import iv

iv.prec = 160
# Beyond this an exponential has more digits than it is worth, and an integer takes longer than its world.
MOST_EXPONENT, MOST_BITS = 10_000, 20_000


class NoValue(ArithmeticError):
    """Division by zero, or the logarithm of what is not positive."""


class Unsure(ArithmeticError):
    """An interval is too wide to tell, or a number too large to be computed with."""


Number = Any  # int | Fraction | Ball | Dual


@dataclass(frozen=True)
class Ball:
    """A real number of which an interval is known."""

    interval: Any

    def __add__(self, other: Number) -> Number:
        return NotImplemented if isinstance(other, Dual) else Ball(self.interval + enclosed(other))

    def __mul__(self, other: Number) -> Number:
        if isinstance(other, Dual):
            return NotImplemented
        return 0 if is_zero(other) else Ball(self.interval * enclosed(other))

    __radd__, __rmul__ = __add__, __mul__

    def contains_zero(self) -> bool:
        return bool(self.interval.a <= 0 <= self.interval.b)


@dataclass(frozen=True)
class Dual:
    """A number and its derivative."""

    value: Number
    slope: Number

    def __add__(self, other: Number) -> "Dual":
        value, slope = parts(other)
        return Dual(self.value + value, self.slope + slope)

    def __mul__(self, other: Number) -> "Dual":
        value, slope = parts(other)
        return Dual(self.value * value, self.value * slope + self.slope * value)

    __radd__, __rmul__ = __add__, __mul__


def parts(number: Number) -> tuple[Number, Number]:
    return (number.value, number.slope) if isinstance(number, Dual) else (number, 0)


def enclosed(number: Number) -> Any:
    if isinstance(number, Ball):
        return number.interval
    if isinstance(number, int):
        return iv.mpf(number)
    return iv.mpf(number.numerator) / iv.mpf(number.denominator)


def is_zero(number: Number) -> bool:
    """Tell whether a number is exactly 0."""
    return not isinstance(number, (Ball, Dual)) and number == 0


def bits(number: Number) -> int:
    if isinstance(number, int):
        return number.bit_length()
    if isinstance(number, Fraction):
        return max(number.numerator.bit_length(), number.denominator.bit_length())
    return 1


def power(base: Number, exponent: int) -> Number:
    """Raise to an integer power; NoValue for a negative power of zero."""
    if isinstance(base, Dual):
        if exponent == 0:
            return Dual(1, 0)
        slope = exponent * power(base.value, exponent - 1) * base.slope
        return Dual(power(base.value, exponent), slope)
    if bits(base) * abs(exponent) > MOST_BITS:
        raise Unsure(f"{exponent} as an exponent")
    if exponent < 0:
        if isinstance(base, Ball):
            if base.contains_zero():
                raise Unsure("a denominator may be zero")
            return Ball(1 / base.interval**-exponent)
        if base == 0:
            raise NoValue("division by zero")
        return Fraction(1) / Fraction(base) ** -exponent
    if isinstance(base, Ball):
        return Ball(base.interval**exponent) if exponent else 1
    return base**exponent


def differ(u: Number, v: Number) -> bool:
    """Tell whether two numbers are known to differ."""
    if isinstance(u, Ball) or isinstance(v, Ball):
        a, b = enclosed(u), enclosed(v)
        return bool(a.b < b.a or b.b < a.a)
    return bool(u != v)


def same(u: Number, v: Number) -> bool:
    """Tell whether two numbers are known to be equal: two intervals, if one computation made both."""
    if isinstance(u, Ball) or isinstance(v, Ball):
        if not isinstance(u, Ball) or not isinstance(v, Ball):
            return False
        return bool(u.interval.a == v.interval.a and u.interval.b == v.interval.b)
    return bool(u == v)


def positive(number: Number) -> bool:
    """Tell whether a number is above 0; Unsure where an interval does not say."""
    if isinstance(number, Ball):
        if number.interval.a > 0 or number.interval.b <= 0:
            return bool(number.interval.a > 0)
        raise Unsure("a sign is not known")
    return bool(number > 0)


def nonzero(number: Number) -> bool:
    """Tell whether a number is not 0; Unsure where an interval does not say."""
    if isinstance(number, Ball) and number.contains_zero():
        raise Unsure("whether it is zero is not known")
    return isinstance(number, Ball) or bool(number != 0)


def horner(coefficients: "list[Number]", x: Number) -> Number:
    if bits(x) * len(coefficients) > MOST_BITS:
        raise Unsure("a polynomial of a large number")
    result: Number = 0
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def derived(coefficients: "list[Number]", order: int) -> "list[Number]":
    """Differentiate a polynomial ``order`` times."""
    for _ in range(order):
        coefficients = [n * c for n, c in enumerate(coefficients)][1:]
    return coefficients


def exponential(x: Number) -> Number:
    if is_zero(x):
        return 1
    interval = enclosed(x)
    if abs(interval).b > MOST_EXPONENT:
        raise Unsure("too large an exponent")
    return Ball(iv.exp(interval))


def logarithm(x: Number) -> Number:
    if not positive(x):
        raise NoValue("the logarithm of what is not positive")
    return 0 if same(x, 1) else Ball(iv.log(enclosed(x)))


def hyperbolic_tangent(x: Number) -> Number:
    if is_zero(x):
        return 0
    twice = exponential(2 * x)
    return 1 + -2 * power(twice + 1, -1)


def known(name: str, order: int, x: Number) -> Number:
    """Compute the derivative of some order of tanh, exp or log."""
    if name == "exp":
        return exponential(x)
    if name == "log":
        if order == 0:
            return logarithm(x)
        if not positive(x):
            raise NoValue("the logarithm of what is not positive")
        sign = 1
        for n in range(1, order):
            sign *= -n
        return sign * power(x, -order)
    # Each derivative of tanh is a polynomial in tanh, since tanh' = 1 - tanh**2.
    coefficients: list[Number] = [0, 1]
    for _ in range(order):
        slope = derived(coefficients, 1)
        lifted = [0, 0, *slope]
        coefficients = [(slope[n] if n < len(slope) else 0) - c for n, c in enumerate(lifted)]
    return horner(coefficients, hyperbolic_tangent(x))
