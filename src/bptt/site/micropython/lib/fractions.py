"""Fractions, which MicroPython lacks: what the kernel needs of them, exact as CPython's are.

In MicroPython a float of an integer beyond 2**1024 is infinite, an int has neither ``numerator`` nor
``bit_length``, and ``True`` is no int.
"""

FLOATING = float, complex


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def made(numerator, denominator):
    """Make a fraction of parts that have no common factor."""
    fraction = object.__new__(Fraction)
    fraction.numerator, fraction.denominator = numerator, denominator
    return fraction


def over(numerator, denominator):
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    common = abs(gcd(numerator, denominator))
    return made(numerator // common, denominator // common)


def taken(value):
    """Take an integer as a fraction; None for what is neither."""
    if isinstance(value, Fraction):
        return value
    return made(value, 1) if isinstance(value, int) else None


class Fraction:
    def __init__(self, numerator=0, denominator=1):
        if not denominator:
            raise ZeroDivisionError("Fraction(" + str(numerator) + ", 0)")
        whole = over(numerator, denominator) if isinstance(numerator, int) else numerator
        self.numerator, self.denominator = whole.numerator, whole.denominator

    def __add__(self, other):
        if isinstance(other, FLOATING):
            return float(self) + other
        other = taken(other)
        if other is None:
            return NotImplemented
        p, q = self.denominator, other.denominator
        return over(self.numerator * q + other.numerator * p, p * q)

    __radd__ = __add__

    def __neg__(self):
        return made(-self.numerator, self.denominator)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __abs__(self):
        return made(abs(self.numerator), self.denominator)

    def __mul__(self, other):
        if isinstance(other, FLOATING):
            return float(self) * other
        other = taken(other)
        if other is None:
            return NotImplemented
        return over(self.numerator * other.numerator, self.denominator * other.denominator)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, FLOATING):
            return float(self) / other
        other = taken(other)
        if other is None:
            return NotImplemented
        if not other.numerator:
            raise ZeroDivisionError("Fraction(" + str(self.numerator) + ", 0)")
        return over(self.numerator * other.denominator, self.denominator * other.numerator)

    def __rtruediv__(self, other):
        return other / float(self) if isinstance(other, FLOATING) else taken(other) / self

    def __pow__(self, exponent):
        if exponent < 0:
            return made(1, 1) / self**-exponent
        return made(self.numerator**exponent, self.denominator**exponent)

    def __float__(self):
        # As many bits are dropped of both as leave them within a float.
        top, bottom = abs(self.numerator), self.denominator
        scale = max(bits(top) - 1000, 0) - max(bits(bottom) - 1000, 0)
        top >>= max(bits(top) - 1000, 0)
        bottom >>= max(bits(bottom) - 1000, 0)
        value = float(top) / float(bottom) * 2.0**scale
        return -value if self.numerator < 0 else value

    def __eq__(self, other):
        if isinstance(other, float):
            return float(self) == other
        other = taken(other)
        if other is None:
            return NotImplemented
        return self.numerator == other.numerator and self.denominator == other.denominator

    def __hash__(self):
        return hash(self.numerator) if self.denominator == 1 else hash((self.numerator, self.denominator))

    def sign_less(self, other):
        """Give a number of the sign of self - other."""
        if isinstance(other, float):
            return float(self) - other
        other = taken(other)
        return self.numerator * other.denominator - other.numerator * self.denominator

    def __lt__(self, other):
        return self.sign_less(other) < 0

    def __le__(self, other):
        return self.sign_less(other) <= 0

    def __gt__(self, other):
        return self.sign_less(other) > 0

    def __ge__(self, other):
        return self.sign_less(other) >= 0

    def __bool__(self):
        return self.numerator != 0

    def __str__(self):
        return str(self.numerator) + ("" if self.denominator == 1 else "/" + str(self.denominator))

    def __repr__(self):
        return "Fraction(" + str(self.numerator) + ", " + str(self.denominator) + ")"


def bits(number):
    """Count the binary digits of a number from 0 on."""
    count = 0
    while number >= 1 << 64:
        number >>= 64
        count += 64
    while number:
        number >>= 1
        count += 1
    return count
