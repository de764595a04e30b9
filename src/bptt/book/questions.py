"""Shows questions that a reader answers with a formula.

Without scripts each is an exercise with folded answers. With them the page puts a field into it, and what is
folded becomes hints (`_static/check-yours.js`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bptt.book.evidence import escaped
from bptt.book.published import published
from bptt.check import TARGETS, check
from bptt.check.judge import PROVED, REFUTED
from bptt.check.mutants import mutants
from bptt.check.questions import Question, Typed
from bptt.kernel import At, Formula, Function, Index, Labels, Series, Size, Step, latex
from bptt.kernel.language.formula import Add, Named, Sum, Symbol, walk
from bptt.kernel.language.series import OneHot
from bptt.kernel.language.shape import Shape

MOST_SLIPS = 8  # that are shown of one formula, each of another kind


class Asked:
    """Questions about one model. Where all have the same symbols, these are listed once."""

    def __init__(self, *names: str) -> None:
        self.questions = [TARGETS[name] for name in names]

    def __repr__(self) -> str:
        return "\n".join(question.said for question in self.questions)

    def _repr_markdown_(self) -> str:
        lists = [symbols(question.symbols) for question in self.questions]
        once = len(set(lists)) == 1
        blocks = [
            block(question, "" if once else own) for question, own in zip(self.questions, lists, strict=True)
        ]
        return "\n\n".join([*lists[:once], *blocks])


def block(question: Question, own: str) -> str:
    """Write a question in the book's own MyST."""
    _, asks, asked = question.said.rpartition("What is")
    parts = [
        f"{asks}{asked}",
        own,
        folded("shapes and terms", "hint", terms(question)),
        folded("where it is proved", "hint", f"It is equation {{eq}}`{question.proof}`.")
        if question.proof
        else "",
        folded("the answer", "hint", answer(question)),
        folded("Break this formula", "breaks", "\n".join(slips(question))),
    ]
    opening = f"::::{{check-yours}} {question.name}\n:title: ${question.asked}$ `{question.name}`"
    return "\n\n".join([opening, *filter(None, parts), "::::"])


def folded(words: str, style: str, content: str) -> str:
    return f":::{{dropdown}} {words}\n:class-container: {style}\n\n{content}\n:::"


# ---- what may be typed


def symbols(typed: Mapping[str, Typed]) -> str:
    """List what may be typed, each symbol once, with its shape."""
    seen: list[Any] = []
    items, counted = [], []
    for name, symbol in typed.items():
        if any(symbol is other for other in seen):
            continue
        seen.append(symbol)
        if isinstance(symbol, (Size, Step)):
            counted.append(name)
        else:
            items.append(f"- {described(name, symbol)}")
    return "\n".join(["{.symbols}", *items, f"- `{'`, `'.join(counted)}` {counts(typed)}"])


def described(name: str, symbol: Typed) -> str:
    match symbol:
        case Series():
            return f"`{name}[t]` {shape(symbol.shape)}"
        case Labels():
            return f"`{name}[t]` one of {symbol.size}"
        case Index():
            return f"`{name}` one of {symbol.size}"
        case Function():
            return f"`{name}` a function"
        case Formula():
            return f"`{name}` {shape(symbol.shape)}"
    raise TypeError(f"{name} is no symbol: {symbol!r}")


def counts(typed: Mapping[str, Typed]) -> str:
    """Say what sizes and steps are."""
    steps = any(isinstance(symbol, Step) for symbol in typed.values())
    return "sizes, a step and the last step" if steps else "sizes"


def shape(of: Shape) -> str:
    rows, cols = of
    return "number" if of == (1, 1) else f"{rows}" if cols == 1 else f"{rows} × {cols}"


# ---- what is folded


def terms(question: Question) -> str:
    """Say of an answer its shape, how many terms it has, and of what it is made."""
    root, sums = question.reference, 0
    while isinstance(root, Sum):
        root, sums = root.args[0], sums + 1
    count = len(root.args) if isinstance(root, Add) else 1
    rows, cols = question.reference.shape
    size = (
        "a number" if (rows, cols) == (1, 1) else f"a column of {rows}" if cols == 1 else f"{rows} × {cols}"
    )
    kind = ("a sum over the steps", "a double sum over the steps")[sums - 1] if sums else ""
    made = f"{kind}, of {count} terms" if kind and count > 1 else kind or f"{count} term{'s' * (count > 1)}"
    return f"The answer is {size}: {made}. It is made of {', '.join(f'`{name}`' for name in letters(root))}."


def letters(root: Formula) -> list[str]:
    """Name the symbols of a formula, each once."""
    found = [
        node.series.name
        if isinstance(node, At)
        else node.label.labels.name
        if isinstance(node, OneHot)
        else node.name
        for node in walk(root)
        if isinstance(node, (At, OneHot, Symbol, Named))
    ]
    return list(dict.fromkeys(found))


def answer(question: Question) -> str:
    """Show the reference typeset, and as it may be typed."""
    typed = str(question.reference)
    shown = f"$$ {question.asked} = {latex(question.reference, shapes=True)} $$"
    is_read = check(question, typed).verdict == PROVED
    return f"{shown}\n\nTyped: `{typed}`" if is_read else shown


def slips(question: Question) -> Iterator[str]:
    """List wrong variants, each with what is said of it when it is checked: the published ones, and of each
    other kind of slip one."""
    kinds: set[str] = set()
    for slip in published(question):
        kinds.update(reason.slip for reason in slip.answer.judged.likely[:1])
        yield f"- `{slip.typed}` {slip.words} {escaped(slip.answer.says)} {slip.where}"
    for mutant in mutants(question.reference):
        if mutant.formula is None or len(kinds) == MOST_SLIPS:
            continue
        said: Any = check(question, str(mutant.formula)).as_dict()
        if said["verdict"] != REFUTED:
            continue
        for reason in said["reasons"][:1]:
            if reason["slip"] not in kinds:
                kinds.add(reason["slip"])
                yield f"- `{mutant.formula}` {escaped(reason['says'])} {escaped(said['says'])}"
