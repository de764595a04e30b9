"""Functions and derivatives in an answer, as formulas of the kernel."""

from collections.abc import Callable
from typing import Any

from bptt.check.places import Places
from bptt.check.products import Value
from bptt.check.scope import DoesNotConform
from bptt.check.tree import Node
from bptt.kernel import (
    At,
    Formula,
    Function,
    Index,
    Series,
    ShapeError,
    Step,
    by_entry,
    diag,
    exp,
    eye,
    inner,
    latex,
    ones,
    outer,
    product_over,
    softmax,
    sum_over,
    tanh,
    total,
)
from bptt.kernel.language.formula import Power, Times, Transpose
from bptt.kernel.language.series import LabelAt
from bptt.kernel.language.shape import SCALAR, Dimension, show_shape


class Functions(Places):
    """Reads calls of functions, and quotients of differentials."""

    def hyperbolic(self, word: str, arg: Formula, exponent: int, node: Node) -> Formula:
        """Write an even power of cosh or sech by tanh, the only one that is known here."""
        if exponent % 2:
            self.refuse(f"{word} is understood squared, as in sech(a)**2, which is 1 - tanh(a)**2", node)
        slope = 1 - tanh(arg) ** 2
        half = exponent // 2 if word == "sech" else -exponent // 2
        return slope if half == 1 else Power(slope, half)

    def read_call(self, node: Node) -> Value:
        word, primes, power = node.value
        if word == "einsum":
            return self.einsum(node)
        if word in ("ones", "eye", "identity", "delta", "onehot", "one_hot"):
            value: Value = getattr(self, f"call_{'onehot' if word == 'one_hot' else word}")(node)
        elif word in ("matrix_power", "power"):
            value = self.call_power(node)
        elif word in ("cosh", "sech"):
            return self.hyperbolic(word, self.formula(node.parts[0]), power, node)
        else:
            args = [self.formula(part) for part in node.parts]
            if word == "softmax":
                args = args[:1]
            value = self.applied(word, args, primes, node)
        return value if power == 1 else Power(self.in_full(value, node), power)

    def applied(self, word: str, args: "list[Formula]", primes: int, node: Node) -> Formula:
        first, second, (start, end) = args[0], args[-1], (node.start, node.end)
        if primes and not (primes == 1 and (word == "tanh" or isinstance(self.names.find(word), Function))):
            self.refuse(
                f"of {word} no derivative is understood here; of tanh it is tanh'(a), or 1 - h**2", node
            )
        function = self.names.find(word)
        if isinstance(function, Function) and function.name != "tanh":
            return (function.prime if primes else function)(first)
        if word in ("dtanh", "tanh_prime") or (primes and (word == "tanh" or function is tanh)):
            return 1 - tanh(first) ** 2
        if word == "tanh" or function is tanh:
            return tanh(first)
        if word == "exp":
            return exp(first)
        if word == "softmax":
            return (
                softmax(first.T).T
                if first.shape[0] == 1 != first.shape[1]
                else self.checked(softmax, first, node)
            )
        if word in ("diag", "diagflat", "D", "Diag"):
            return diag(first.T) if first.shape[0] == 1 else self.checked(diag, first, node)
        if word == "outer":
            return self.outer(first, second, start, end)
        if word in ("inner", "vdot", "dot") and first.shape == second.shape and first.shape[1] == 1:
            if word == "dot":
                self.note("dot of two columns is read as their inner product")
            return inner(first, second)
        if word in ("dot", "matmul", "inner", "vdot"):
            scaled = SCALAR in (first.shape, second.shape) and word == "dot"
            return first * second if scaled else self.made("@", first, second, start, end)
        if word in ("multiply", "hadamard"):
            return self.entrywise(first, second, start, end)
        if word in ("add", "subtract"):
            return self.made("+", first, second if word == "add" else -second, start, end)
        if word == "divide":
            return self.quotient(first, second, start, node.parts[1])
        simple = {
            "transpose": Transpose,
            "square": lambda arg: arg**2,
            "negative": lambda arg: -arg,
            "ones_like": lambda arg: ones(*arg.shape),
            "total": total,
        }
        if word in simple:
            return simple[word](first)
        if word == "trace" and first.shape[0] == first.shape[1]:
            return inner(eye(first.shape[0]), first)
        return self.refuse(f"{word} is not understood of what is {show_shape(first.shape)}", node)

    def checked(self, make: "Callable[[Formula], Formula]", arg: Formula, node: Node) -> Formula:
        try:
            return make(arg)
        except ShapeError as error:
            raise DoesNotConform(str(error), node.start, node.end, latex(arg, shapes=True))

    def sized(self, node: Node) -> Dimension:
        size = self.names.size(str(node.value)) if node.kind == "name" else None
        if size:
            return size
        if repr(node) == "number(1)":
            return 1
        said = ", ".join([word for word in sorted(self.symbols) if self.names.size(word)])
        return self.refuse(f"expected a size here: {said}", node)

    def call_ones(self, node: Node) -> Formula:
        return ones(*[self.sized(part) for part in node.parts])

    def call_eye(self, node: Node) -> Formula:
        return eye(self.sized(node.parts[0]))

    call_identity = call_eye

    def call_delta(self, node: Node) -> Formula:
        return self.kronecker(node.parts[0], node.parts[1])

    def call_onehot(self, node: Node) -> Formula:
        value = self.value(node.parts[0])
        if not isinstance(value, (LabelAt, Index)) and not (
            isinstance(value, Formula) and node.parts[0].kind == "name"
        ):
            self.refuse("onehot(..) takes a label, such as y[t]", node)
        return self.in_full(value, node)

    def call_power(self, node: Node) -> Formula:
        base, place = node.parts
        if place.kind == "number" and node.value[0] == "power":
            return self.formula(Node("power", [base], int(place.value), node.start, node.end))
        value = self.formula(base)
        if value.shape[0] != value.shape[1]:
            says = f"only a square matrix has powers, not what is {show_shape(value.shape)}"
            raise DoesNotConform(says, node.start, node.end, None)
        return self.matrix_power(value, place)

    def einsum(self, node: Node) -> Formula:
        """Read einsum('ij,j->i', ..): entries, multiplied and summed over what is not behind the arrow."""
        pattern = node.parts[0]
        typed = str(pattern.value) if pattern.kind == "string" else ""
        inputs, arrow, output = typed.replace(" ", "").partition("->")
        groups = inputs.split(",")
        if (
            not arrow
            or len(groups) != len(node.parts) - 1
            or len(output) > 2
            or len(set(output)) != len(output)
        ):
            self.refuse("einsum is understood with a pattern such as 'ij,j->i' and as many factors", node)
        before, self.free = self.free, []
        factors: list[Formula] = []
        for letters, part in zip(groups, node.parts[1:]):
            places = [Node("name", (), letter, pattern.start, pattern.end) for letter in letters]
            factors.append(self.in_full(self.entries(self.formula(part), places, part), part))
        found: Formula = Times(*factors) if factors[1:] else factors[0]
        known = {letter: bound.index for letter, bound in self.free if bound.index}
        self.free = before
        for letter in output:
            if letter not in known:
                self.refuse(f"{letter} stands behind the arrow only", pattern)
        for letter, index in known.items():
            if letter not in output:
                found = sum_over(index, found)
        places_out = [known[letter] for letter in output] + [None, None]
        return by_entry(places_out[0], places_out[1], found)

    def read_gradient(self, node: Node) -> Value:
        """Read ∂L/∂h, ∂L/∂o or ∂L/∂a at a time."""
        by = node.parts[0]
        base = by
        while base.kind == "at":
            base = base.parts[0]
        meaning = self.names.find(base.value) if base.kind == "name" else None
        if isinstance(meaning, Formula) and meaning is self.known.get("C"):
            return self.known["G"]
        gradient = self.names.gradient_by(meaning) if isinstance(meaning, Series) else None
        if gradient is None:
            self.refuse(
                "of gradients only those by h, o and a at some time may be used, such as ∂L/∂h[t+1]", node
            )
        value = self.value(by)
        if not isinstance(value, At):
            self.refuse("expected a gradient by h, o or a at a time", node)
        return self.at(gradient, value.moment)

    def read_jacobian(self, node: Node) -> Formula:
        """Read ∂h[t]/∂h[t-1] and the like: what one layer or one step does."""
        of, by = [self.value(part) for part in node.parts]
        found = self.jacobian(of, by) if isinstance(of, At) and isinstance(by, At) else None
        if found is None:
            self.refuse(
                "of derivatives those of h, a and o by what they are computed from are understood", node
            )
        return found

    def jacobian(self, of: At, by: At) -> "Formula | None":
        known: list[Any] = [self.known.get(word) for word in "WUVhT"]
        W, U, V, h, T = known
        one, other, curved = of.moment, by.moment, "a" in self.symbols
        names = (of.name, by.name)
        apart = one.offset - other.offset if one.base == other.base else None
        if names == ("h", "h") and apart != 0 and (apart is None or apart > 1):
            j = Step(self.unused("j"), T, other + 1, one)
            return product_over(j, diag(1 - h[j] ** 2) @ W if curved else W)
        if apart == 1 and names in (("h", "h"), ("a", "h")):
            return diag(1 - h[one] ** 2) @ W if curved and of.name == "h" else W
        if apart != 0:
            return None
        if names == ("p", "o"):
            return diag(of) - outer(of, of)
        if names == ("h", "x"):
            return diag(1 - h[one] ** 2) @ U if curved else U
        return {("o", "h"): V, ("a", "x"): U, ("h", "a"): diag(1 - h[one] ** 2)}.get(names)
