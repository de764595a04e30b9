"""A formula as a textbook would set it."""

from collections.abc import Callable

from bptt.kernel import formula as f
from bptt.kernel.shape import SCALAR, Index, Shape

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
GREEK = {
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "eta",
    "theta",
    "lambda",
    "mu",
    "sigma",
    "tau",
    "phi",
    "psi",
}
Typeset = tuple[str, int]


def latex(node: f.Formula, shapes: bool = False) -> str:
    """Write a formula in LaTeX; with ``shapes``, the shape of each matrix stands under it."""
    return Printer(shapes).full(node)


def name(symbol: str) -> str:
    """Set a name such as ``W``, ``delta`` or ``g_o``."""
    stem, _, index = symbol.partition("_")
    stem = f"\\{stem}" if stem in GREEK else stem if len(stem) == 1 else f"\\mathrm{{{stem}}}"
    return f"{stem}_{{{index}}}" if index else stem


def shape_below(written: str, shape: Shape) -> str:
    """Put a shape under what has it; scalars go without."""
    if shape == SCALAR:
        return written
    return f"\\underset{{\\scriptscriptstyle {size_of(shape)}}}{{{written}}}"


def size_of(shape: Shape) -> str:
    """Set a shape; a column is known by its length alone."""
    rows, cols = shape
    return f"{rows}" if cols == 1 else f"{rows} \\times {cols}"


class Printer:
    """Walks a formula and keeps track of what binds how tightly."""

    def __init__(self, shapes: bool) -> None:
        self.shapes = shapes

    def full(self, node: f.Formula) -> str:
        return self.typeset(node)[0]

    def within(self, node: f.Formula, strength: int) -> str:
        """Set an operand, in parentheses where it binds less tightly than its surroundings."""
        written, own = self.typeset(node)
        return written if own >= strength else f"\\left({written}\\right)"

    def typeset(self, node: f.Formula) -> Typeset:
        written, strength = RULES[type(node)](self, node)
        bare = isinstance(node, (f.Symbol, f.Named, f.Ones, f.Identity)) or (
            isinstance(node, f.Transpose) and not node.args[0].args
        )
        if self.shapes and bare:
            return shape_below(written, node.shape), ATOM
        return written, strength

    def plain(self) -> "Printer":
        """The same printer without shapes, for what stands inside an index or under a bar."""
        return Printer(shapes=False)


def number(printer: Printer, node: f.Number) -> Typeset:
    value = abs(node.value)
    written = str(value) if value.denominator == 1 else f"\\tfrac{{{value.numerator}}}{{{value.denominator}}}"
    return (f"-{written}", SIGN) if node.value < 0 else (written, ATOM)


def ones(printer: Printer, node: f.Ones) -> Typeset:
    written = "\\mathbf{1}"
    return (written if printer.shapes else f"{written}_{{{size_of(node.shape)}}}"), ATOM


def add(printer: Printer, node: f.Add) -> Typeset:
    written = printer.within(node.args[0], SUM)
    for arg in node.args[1:]:
        term = printer.within(arg, PRODUCT)
        written += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return written, SUM


def times(printer: Printer, node: f.Times) -> Typeset:
    """Set scalars first, denominators under a bar, matrices joined by the sign of the entrywise product."""
    above = [arg for arg in node.args if not (isinstance(arg, f.Power) and arg.exponent < 0)]
    below = [
        f.Power(arg.args[0], -arg.exponent)
        for arg in node.args
        if isinstance(arg, f.Power) and arg.exponent < 0
    ]
    sign = ""
    if above and isinstance(above[0], f.Number) and above[0].value < 0:
        sign, above = "-", [f.Number(-above[0].value), *above[1:]]
    if len(above) > 1 and isinstance(above[0], f.Number) and above[0].value == 1:
        above = above[1:]
    if below:
        # The entrywise reciprocal of a matrix is not its inverse: only scalars go under a bar.
        if any(arg.shape != SCALAR for arg in below):
            return sign + " \\odot ".join(printer.within(arg, POWER) for arg in node.args), PRODUCT
        numerator = printer.full(product_of(above)) if above else "1"
        denominator = printer.full(product_of([one_power(arg) for arg in below]))
        return f"{sign}\\frac{{{numerator}}}{{{denominator}}}", SIGN if sign else PRODUCT
    scalars = [arg for arg in above if arg.shape == SCALAR]
    matrices = [arg for arg in above if arg.shape != SCALAR]
    parts = [printer.within(arg, SIGN) for arg in scalars]
    if matrices:
        strength = POWER if len(matrices) > 1 else PRODUCT
        parts.append(" \\odot ".join(printer.within(arg, strength) for arg in matrices))
    return sign + "\\,".join(parts), SIGN if sign else PRODUCT


def product_of(args: "list[f.Formula]") -> f.Formula:
    return f.Times(*args) if len(args) > 1 else args[0]


def one_power(node: f.Formula) -> f.Formula:
    return node.args[0] if isinstance(node, f.Power) and node.exponent == 1 else node


def matmul(printer: Printer, node: f.MatMul) -> Typeset:
    factors = [printer.within(arg, POWER) for arg in node.args]
    return ("\\;" if printer.shapes else "\\,").join(factors), PRODUCT


def transpose(printer: Printer, node: f.Transpose) -> Typeset:
    return f"{printer.plain().within(node.args[0], ATOM)}^{{\\top}}", POWER


def power(printer: Printer, node: f.Power) -> Typeset:
    if node.exponent == -1 and node.shape == SCALAR:
        return f"\\frac{{1}}{{{printer.full(node.args[0])}}}", ATOM
    exponent = str(node.exponent) if node.shape == SCALAR else f"\\odot {node.exponent}"
    base = printer.within(node.args[0], ATOM)
    if isinstance(node.args[0], f.Apply) and not printer.shapes and node.exponent > 0:
        return f"\\left({base}\\right)^{{{exponent}}}", POWER
    return f"{base}^{{{exponent}}}", POWER


def inner(printer: Printer, node: f.Inner) -> Typeset:
    left, right = (printer.full(arg) for arg in node.args)
    return f"\\left\\langle {left},\\, {right} \\right\\rangle", ATOM


def apply(printer: Printer, node: f.Apply) -> Typeset:
    function = node.function
    known = function.name in ("tanh", "exp", "log")
    written = ("\\" if known else "") + function.name + "'" * function.order
    return f"{written}\\left({printer.full(node.args[0])}\\right)", ATOM


def places(*indices: Index | None) -> str:
    return "".join(name(index.name) for index in indices if index is not None)


def entry(printer: Printer, node: f.Entry) -> Typeset:
    """Set an entry of a matrix A as a_ij, and of anything longer in brackets."""
    arg, subscript = node.args[0], places(node.row, node.col)
    if isinstance(arg, f.Identity):
        return f"\\delta_{{{subscript}}}", ATOM
    if isinstance(arg, f.Ones):
        return "1", ATOM
    if not subscript:
        return printer.typeset(arg)
    if isinstance(arg, (f.Symbol, f.Named)) and len(arg.name) == 1:
        return f"{name(arg.name.lower())}_{{{subscript}}}", ATOM
    return f"\\left[{printer.plain().full(arg)}\\right]_{{{subscript}}}", ATOM


def total(printer: Printer, node: f.Sum) -> Typeset:
    """Set a sum over an index, its terms bracketed where they are a sum themselves."""
    return f"\\sum_{{{name(node.index.name)}}} {printer.within(node.args[0], PRODUCT)}", PRODUCT


def by_entry(printer: Printer, node: f.ByEntry) -> Typeset:
    return f"\\left[{printer.plain().full(node.args[0])}\\right]_{{{places(node.row, node.col)}}}", ATOM


RULES: dict[type[f.Formula], Callable[..., Typeset]] = {
    f.Symbol: lambda printer, node: (name(node.name), ATOM),
    f.Number: number,
    f.Extent: lambda printer, node: (name(node.size.name), ATOM),
    f.Ones: ones,
    f.Identity: lambda printer, node: ("I" if printer.shapes else f"I_{{{node.shape[0]}}}", ATOM),
    f.Add: add,
    f.Times: times,
    f.MatMul: matmul,
    f.Transpose: transpose,
    f.Power: power,
    f.Diag: lambda printer, node: (
        f"\\operatorname{{diag}}\\left({printer.full(node.args[0])}\\right)",
        ATOM,
    ),
    f.Inner: inner,
    f.Apply: apply,
    f.Entry: entry,
    f.Sum: total,
    f.ByEntry: by_entry,
    f.Named: lambda printer, node: (node.tex or name(node.name), ATOM),
}
