"""A formula as a textbook would set it."""

from collections.abc import Callable
from fractions import Fraction

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Index, Shape
from bptt.kernel.language.sign import GREEK
from bptt.kernel.language.time import Moment, Step

SUM, SIGN, PRODUCT, POWER, ATOM = range(5)
Typeset = tuple[str, int]


def latex(node: f.Formula, shapes: bool = False) -> str:
    """Write a formula in LaTeX; with ``shapes``, the shape of each matrix stands under it."""
    return Printer(shapes).full(node)


WIDTH = 110  # in characters of code: about what fits a line of a page once it is typeset


def equation(left: f.Formula, right: f.Formula, shapes: bool = False, sign: str = "=") -> str:
    """Write left = right, or another sign; where that is long, each side on a line, or each of its terms."""
    printer = Printer(shapes)
    start = printer.full(left)
    if len(str(left)) + len(str(right)) <= WIDTH:
        return f"{start} {sign} {printer.full(right)}"
    first, *rest = right.args if isinstance(right, f.Add) and len(str(right)) > WIDTH else (right,)
    lines = [f"{sign} {printer.within(first, SUM)}"]
    for term in (printer.within(arg, SIGN) for arg in rest):
        lines.append(f"\\quad {term}" if term.startswith("-") else f"\\quad {{}} + {term}")
    return "\\begin{aligned}\n&" + " \\\\\n&".join([start] + lines) + "\n\\end{aligned}"


def name(symbol: str) -> str:
    """Set a name such as ``W``, ``delta``, ``g_o`` or, for a change of h, ``dh``."""
    stem, _, index = symbol.partition("_")
    if stem in GREEK.split():
        stem = f"\\{stem}"
    elif len(stem) == 2 and stem.startswith("d"):
        stem = f"\\mathrm{{d}}{stem[1]}"
    elif len(stem) > 1:
        stem = f"\\mathrm{{{stem}}}"
    return f"{stem}_{{{index}}}" if index else stem


def shape_below(written: str, shape: Shape) -> str:
    """Put a shape under what has it; scalars go without."""
    if shape == SCALAR:
        return written
    return f"\\underset{{{size_of(shape)}}}{{{written}}}"


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
        raised = isinstance(node, (f.Transpose, f.Power)) and (
            isinstance(node.args[0], f.Named) or not node.args[0].args
        )
        # A shape stands below what is raised with its exponent: under the name alone it lifts the exponent.
        written, strength = RULES[f.kind_of(node)](self.plain() if raised else self, node)
        bare = raised or isinstance(node, (f.Symbol, f.Named, f.Ones, f.Identity, q.At, q.OneHot))
        return shape_below(written, node.shape) if self.shapes and bare else written, strength

    def plain(self) -> "Printer":
        """The same printer without shapes, for what stands inside an index or under a bar."""
        return Printer(shapes=False)


def number(printer: Printer, node: f.Number) -> Typeset:
    value = abs(node.value)
    written = str(value) if value.denominator == 1 else f"\\tfrac{{{value.numerator}}}{{{value.denominator}}}"
    if node.value < 0:
        return f"-{written}", SIGN
    return written, ATOM if node.value.denominator == 1 else POWER


def ones(printer: Printer, node: f.Ones) -> Typeset:
    written = "\\mathbf{1}"
    return (written if printer.shapes else f"{written}_{{{size_of(node.shape)}}}"), ATOM


def add(printer: Printer, node: f.Add) -> Typeset:
    written = printer.within(node.args[0], SUM)
    for arg in node.args[1:]:
        term = printer.within(arg, SIGN)
        written += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return written, SUM


def times(printer: Printer, node: f.Times) -> Typeset:
    """Set numbers and scalars first, scalar denominators under a bar, matrices with the entrywise sign."""
    if f.is_zero(node):
        return "0", ATOM
    coefficient = Fraction(1)
    scalars: list[f.Formula] = []
    matrices: list[f.Formula] = []
    below: list[f.Formula] = []
    for arg in node.args:
        if isinstance(arg, f.Number):
            coefficient *= arg.value
        elif arg.shape != SCALAR:
            # The entrywise reciprocal of a matrix is not its inverse: only scalars go under a bar.
            matrices.append(arg)
        elif isinstance(arg, f.Power) and arg.exponent < 0:
            below.append(arg.args[0] if arg.exponent == -1 else f.Power(arg.args[0], -arg.exponent))
        else:
            scalars.append(arg)
    numbers: list[f.Formula] = [f.Number(abs(coefficient))] if abs(coefficient) != 1 else []
    above = numbers + scalars + matrices
    if below:
        written = f"\\frac{{{side_by_side(printer, above, SUM)}}}"
        written += f"{{{side_by_side(printer, below, SUM)}}}"
    else:
        written = side_by_side(printer, above, PRODUCT)
    if coefficient < 0:
        return f"-{written}", SIGN
    return written, POWER if below else PRODUCT


def side_by_side(printer: Printer, args: "list[f.Formula]", alone: int) -> str:
    """Set a product without a bar; ``alone`` is how tightly its only factor must bind."""
    if len(args) < 2:
        return printer.within(args[0], alone) if args else "1"
    matrices = sum(arg.shape != SCALAR for arg in args)
    written = printer.within(args[0], POWER)
    for before, arg in zip(args, args[1:]):  # noqa: RUF007 (no itertools.pairwise in MicroPython)
        ends = arg is args[-1] and (isinstance(arg, f.Sum) or matrices == 1)
        joint = "\\," if before.shape == SCALAR else " \\odot "
        written += joint + printer.within(arg, PRODUCT if ends else POWER)
    return written


def matmul(printer: Printer, node: f.MatMul) -> Typeset:
    first, *rest = node.args
    scaled = isinstance(first, f.Times) and sum(arg.shape != SCALAR for arg in first.args) < 2
    factors = [printer.within(first, SIGN if scaled else POWER)]
    factors += [printer.within(arg, POWER) for arg in rest]
    written = ("\\;" if printer.shapes else "\\,").join(factors)
    return written, SIGN if written.startswith("-") else PRODUCT


def transpose(printer: Printer, node: f.Transpose) -> Typeset:
    if isinstance(node.args[0], q.At):
        # Two superscripts in one place: those of the moment and of the transpose.
        return at_time(node.args[0].name, node.args[0].moment, " \\top"), POWER
    return f"{printer.plain().within(node.args[0], ATOM)}^{{\\top}}", POWER


def power(printer: Printer, node: f.Power) -> Typeset:
    if node.exponent == -1 and node.shape == SCALAR:
        return f"\\frac{{1}}{{{printer.full(node.args[0])}}}", POWER
    exponent = str(node.exponent) if node.shape == SCALAR else f"\\odot {node.exponent}"
    base = node.args[0]
    if isinstance(base, f.Apply) and base.function.name in f.KNOWN and node.exponent > 0:
        # Not tanh(a)^2, which could be the tanh of a square; and tanh^-1 would be the inverse function.
        return function(printer, base, f"^{{{exponent}}}"), POWER
    written, strength = printer.typeset(base)
    if strength < ATOM:
        # A value at a moment is low: parentheses that grow would be taller than it, and wider.
        low = isinstance(base, (q.At, f.Entry))
        written = f"({written})" if low else f"\\left({written}\\right)"
    return f"{written}^{{{exponent}}}", POWER


def inner(printer: Printer, node: f.Inner) -> Typeset:
    left, right = (printer.full(arg) for arg in node.args)
    return f"\\left\\langle {left},\\, {right} \\right\\rangle", ATOM


def apply(printer: Printer, node: f.Apply) -> Typeset:
    return function(printer, node, ""), ATOM


def function(printer: Printer, node: f.Apply, exponent: str) -> str:
    return f"{function_name(node.function)}{exponent}\\left({printer.full(node.args[0])}\\right)"


def function_name(function: f.Function) -> str:
    """Set the name of a function, with a prime for each derivative."""
    written = f"\\{function.name}" if function.name in f.KNOWN else name(function.name)
    return written + "'" * function.order


def places(*indices: Index | None) -> str:
    return "".join(name(index.name) for index in indices if index is not None)


def when(point: Moment) -> str:
    if point.base is None:
        return str(point.offset)
    return name(point.base.name) + (f"{point.offset:+d}" if point.offset else "")


def interval(step: Step) -> str:
    """Set the range of a step."""
    return f"{when(step.first)} \\le {name(step.name)} \\le {when(step.last)}"


def at_time(symbol: str, point: Moment, mark: str = "") -> str:
    """Set a value at a moment: the time in parentheses above, an index of the name below."""
    return f"{name(symbol)}^{{({when(point)}){mark}}}"


def series_name(symbol: str) -> str:
    """Set the name of a series with the place for a moment, by which it is told from a symbol."""
    return f"{name(symbol)}^{{()}}"


def derivative(
    kind: str, of: f.Formula, by: "tuple[f.Formula, ...]", along: "tuple[f.Formula, ...]" = ()
) -> str:
    """Set a derivative so that it says what moves, by how much, and whether what depends on it moves too."""
    written = Printer(shapes=False).within(of, POWER)
    if kind != "differential":
        mark = "^{+}" if kind == "immediate" else ""
        # A row of derivatives of one number is told from the column that is its gradient.
        row = kind == "jacobian" and of.shape == SCALAR and by[0].shape != SCALAR
        below = latex(f.Transpose(by[0]) if row else by[0])
        return f"\\frac{{\\partial{mark} {written}}}{{\\partial {below}}}"
    moving = {latex(item) for item in by}
    held = [item for item in leaves(of) if item not in moving]
    below = ""
    if len(held) >= len(by):
        below, held = f"_{{{', '.join(latex(item) for item in by)}}}", []
    said = f"\\mathrm{{d}}{below} {written}"
    beside = held + amounts(by, along)
    return f"\\left.{said}\\right|_{{{', '.join(beside)}}}" if beside else said


def amounts(by: "tuple[f.Formula, ...]", along: "tuple[f.Formula, ...]") -> "list[str]":
    """Say by how much something moves, where that is not by its own differential: dW = 1, but not dW = dW."""
    found = []
    for item, amount in zip(by, along):
        usual = f"\\mathrm{{d}}{latex(item)}"
        if latex(amount) != usual:
            found.append(f"{usual} = {latex(amount)}")
    return found


def leaves(node: f.Formula) -> "list[str]":
    """List what a formula is made of, each once: its symbols and its series at their moments."""
    found: list[str] = []
    for part in f.walk(node):
        if isinstance(part, (f.Symbol, q.At)) and latex(part) not in found:
            found.append(latex(part))
    return found


def entry(printer: Printer, node: f.Entry) -> Typeset:
    """Set an entry of a matrix A as a_ij, and of anything longer in brackets."""
    arg, subscript = node.args[0], places(node.row, node.col)
    if isinstance(arg, f.Identity):
        return f"\\delta_{{{subscript}}}", ATOM
    if isinstance(arg, f.Ones):
        return "1", ATOM
    if not subscript:
        return printer.typeset(arg)
    if isinstance(arg, q.At) and (len(arg.name) == 1 or arg.name in GREEK.split()):
        return at_time(f"{arg.name.lower()}_{subscript}", arg.moment), POWER
    if isinstance(arg, f.Named) and arg.tex and "\\frac" not in arg.tex:
        return with_index(arg.tex, subscript)
    if isinstance(arg, (f.Symbol, f.Named)) and (len(arg.name) == 1 or arg.name in GREEK.split()):
        return f"{name(arg.name.lower())}_{{{subscript}}}", ATOM
    return f"\\left[{printer.plain().full(arg)}\\right]_{{{subscript}}}", ATOM


def with_index(tex: str, subscript: str) -> Typeset:
    """Set an index below a name: where a time stands above it, both on one level."""
    stem, _, time = tex.partition("^{(")
    if time.endswith(")}") and not any(mark in stem for mark in "_^("):
        return f"{stem}_{{{subscript}}}^{{({time}", POWER
    return f"{{{tex}}}_{{{subscript}}}", ATOM


def total(printer: Printer, node: f.Sum) -> Typeset:
    """Set a sum over an index, its terms bracketed where they are a sum themselves."""
    index, limits = node.index, f"_{{{name(node.index.name)}}}"
    if isinstance(index, Step):
        limits = f"_{{{name(index.name)}={when(index.first)}}}^{{{when(index.last)}}}"
    return f"\\sum{limits} {printer.within(node.args[0], PRODUCT)}", PRODUCT


def product_over(printer: Printer, node: q.Product) -> Typeset:
    """Set an ordered product; it runs down from the latest, which stands on the left."""
    index = node.index
    limits = f"_{{{name(index.name)}={when(index.last)}}}^{{{when(index.first)}}}"
    return f"\\prod{limits} {printer.within(node.args[0], POWER)}", PRODUCT


def by_entry(printer: Printer, node: f.ByEntry) -> Typeset:
    if not places(node.row, node.col):
        return printer.typeset(node.args[0])
    return f"\\left[{printer.plain().full(node.args[0])}\\right]_{{{places(node.row, node.col)}}}", ATOM


def named(printer: Printer, node: f.Named) -> Typeset:
    """Set the name alone; a fraction, or what is raised already, takes parentheses before it is raised."""
    tex = node.tex or name(node.name)
    return tex, POWER if "\\frac" in tex or "^" in tex else ATOM


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
    f.Named: named,
    q.Product: product_over,
    q.At: lambda printer, node: (at_time(node.name, node.moment), POWER),
    q.OneHot: lambda printer, node: (f"\\mathbf{{1}}_{{{at_time(node.name, node.moment)}}}", ATOM),
    q.SameTime: lambda printer, node: (f"\\delta_{{{when(node.moments[0])},{when(node.moments[1])}}}", ATOM),
    q.Softmax: lambda printer, node: (
        f"\\operatorname{{softmax}}\\left({printer.full(node.args[0])}\\right)",
        ATOM,
    ),
}
