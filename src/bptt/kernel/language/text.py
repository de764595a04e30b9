"""A formula as a line of NumPy-like code, for error messages and for readers who think in code."""

from collections.abc import Callable

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.time import Moment, Step

SUM, SIGN, PRODUCT, POWER, ATOM = range(5)


def text(node: f.Formula) -> str:
    """Write a formula as it would be typed."""
    return RULES[f.kind_of(node)](node)[0]


def within(node: f.Formula, strength: int) -> str:
    """Write an operand, in parentheses where it binds less tightly than its surroundings."""
    written, own = RULES[f.kind_of(node)](node)
    return written if own >= strength else f"({written})"


def add(node: f.Add) -> tuple[str, int]:
    first, *rest = node.args
    written = within(first, SUM)
    for arg in rest:
        term = within(arg, SIGN)
        written += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return written, SUM


def times(node: f.Times) -> tuple[str, int]:
    if f.is_zero(node):
        return "0", ATOM
    first, *rest = node.args
    if isinstance(first, f.Number) and first.value < 0 and rest:
        factors = rest if first.value == -1 else [f.Number(-first.value)] + rest
        return "-" + (quotient(factors) if len(factors) > 1 else within(factors[0], PRODUCT)), SIGN
    return quotient(list(node.args)), PRODUCT


def quotient(factors: "list[f.Formula]") -> str:
    """Write factors in their order, those with a negative power after a division sign."""
    written = ""
    for arg in factors:
        if isinstance(arg, f.Power) and arg.exponent < 0:
            below = arg.args[0] if arg.exponent == -1 else f.Power(arg.args[0], -arg.exponent)
            written = f"{written or '1'} / {within(below, POWER)}"
        else:
            written += (" * " if written else "") + within(arg, POWER)
    return written


def entry(node: f.Entry) -> tuple[str, int]:
    places = ", ".join(index.name for index in (node.row, node.col) if index is not None)
    if isinstance(node.args[0], f.Identity):
        return f"delta({places})", ATOM
    return (f"{within(node.args[0], ATOM)}[{places}]" if places else within(node.args[0], ATOM)), ATOM


def by_entry(node: f.ByEntry) -> tuple[str, int]:
    return f"by_entry({node.row}, {node.col}, {text(node.args[0])})", ATOM


def over(word: str, node: "f.Sum | q.Product") -> tuple[str, int]:
    index = node.index
    running = index.name
    if isinstance(index, Step) and (index.first, index.last) != (Moment(None, 1), Moment(index.horizon)):
        running += f"={index.first}..{index.last}"
    return f"{word}({running}, {text(node.args[0])})", ATOM


def number(node: f.Number) -> tuple[str, int]:
    return str(node.value), SIGN if node.value < 0 else ATOM if node.value.denominator == 1 else PRODUCT


RULES: dict[type[f.Formula], Callable[..., tuple[str, int]]] = {
    f.Symbol: lambda node: (node.name, ATOM),
    f.Number: number,
    f.Extent: lambda node: (node.size.name, ATOM),
    f.Ones: lambda node: (f"ones({node.shape[0]}, {node.shape[1]})", ATOM),
    f.Identity: lambda node: (f"eye({node.shape[0]})", ATOM),
    f.Add: add,
    f.Times: times,
    f.MatMul: lambda node: (" @ ".join(within(arg, POWER) for arg in node.args), PRODUCT),
    f.Transpose: lambda node: (f"{within(node.args[0], ATOM)}.T", ATOM),
    f.Power: lambda node: (f"{within(node.args[0], ATOM)}**{node.exponent}", POWER),
    f.Diag: lambda node: (f"diag({text(node.args[0])})", ATOM),
    f.Inner: lambda node: (f"inner({text(node.args[0])}, {text(node.args[1])})", ATOM),
    f.Apply: lambda node: (f"{node.function}({text(node.args[0])})", ATOM),
    f.Entry: entry,
    f.Sum: lambda node: over("sum_over", node),
    q.Product: lambda node: over("product_over", node),
    f.ByEntry: by_entry,
    f.Named: lambda node: (node.name, ATOM),
    q.At: lambda node: (f"{node.name}[{node.moment}]", ATOM),
    q.OneHot: lambda node: (f"onehot({node.label})", ATOM),
    q.SameTime: lambda node: (f"same_time({node.moments[0]}, {node.moments[1]})", ATOM),
    q.Softmax: lambda node: (f"softmax({text(node.args[0])})", ATOM),
}
