"""What a statement may look like: no two things in it print alike, and its sides have one shape."""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation, Value, printed_in
from bptt.kernel.language.formula import (
    Apply,
    Derivative,
    Entry,
    Extent,
    Formula,
    Function,
    Named,
    Ones,
    Structure,
    Symbol,
    free_indices,
    walk,
)
from bptt.kernel.language.frozen import fix
from bptt.kernel.language.latex import function_name, latex, name, series_name
from bptt.kernel.language.series import At, Labels, OneHot, Series, Timed
from bptt.kernel.language.shape import Index, ShapeError, Size, show_shape
from bptt.kernel.language.sign import plain
from bptt.kernel.language.structure import depends_on, dimensions, structure, unique
from bptt.kernel.language.time import Step


def sizes_of(*sides: Formula) -> tuple[Size, ...]:
    """List the symbolic sizes that formulas speak of, in the order in which they appear."""
    found: list[object] = []
    for node in (node for side in sides for node in walk(side)):
        found += node.shape
        for index in node.binds() + node.uses():
            found += [index.size] + ([index.first.base, index.last.base] if isinstance(index, Step) else [])
        if isinstance(node, Timed):
            found += [when.base for when in node.moments]
        if isinstance(node, Extent):
            found.append(node.size)
    return tuple(size for size in unique(found) if isinstance(size, Size))


def symbols_of(*sides: Formula) -> tuple[Symbol, ...]:
    """List the symbols of formulas, each name once."""
    named = {node.name: node for side in sides for node in walk(side) if isinstance(node, Symbol)}
    return tuple(named[name] for name in sorted(named))


def series_of(*sides: Formula) -> "tuple[Series | Labels, ...]":
    """List the series and labels of formulas, each name once."""
    nodes = [node for side in sides for node in walk(side)]
    named: dict[str, Series | Labels] = {node.name: node.series for node in nodes if isinstance(node, At)}
    named.update((node.name, node.label.labels) for node in nodes if isinstance(node, OneHot))
    return tuple(named[name] for name in sorted(named))


def check_shapes(left: Formula, right: Formula) -> None:
    """Raise TypeError unless both sides are formulas, ShapeError unless they have one shape."""
    for side in (left, right):
        if not isinstance(side, Formula):
            raise TypeError(f"expected a formula on each side, got {type(side).__name__} {side!r}")
    if left.shape != right.shape:
        raise ShapeError(
            f"{left} = {right}: {left} is {show_shape(left.shape)}, {right} is {show_shape(right.shape)}"
        )


def check_statement(
    sides: "Sequence[Formula]",
    free: "Sequence[Index]" = (),
    given: "Sequence[Equation]" = (),
    conditions: "Sequence[tuple[Formula, tuple[Index, ...]]]" = (),
) -> None:
    """Refuse a statement in which two things print alike: what is read would not be what is meant.

    ``free`` are the indices of which it speaks, which its sides need not, ``given`` the equations that it
    supposes, and ``conditions`` formulas, each with the indices that are its own.
    """
    scopes: list[tuple[Formula, tuple[Index, ...]]] = [(side, ()) for side in sides]
    for equation in given:
        scopes += [(equation.left, equation.for_all), (equation.right, equation.for_all)]
    scopes += list(conditions)
    words = Words()
    for index in free:
        words.note(index.name, name(index.name), f"an index over {index.size}", ("index", index.serial))
    sizes = sizes_of(*(formula for formula, _ in scopes))
    for size in sizes:
        words.note(size.name, name(size.name), "a size", ("size",) + dimensions((size,)))
    for formula, _ in scopes:
        note_printed(formula, words, {})
    for sign in words.letters:
        if sign in words.entries:
            raise ValueError(set_alike(words.entries[sign], words.letters[sign]))
    if words.signs:
        columns = [Ones(size) for size in sizes if not size.is_time]
        for formula in [formula for formula, _ in scopes] + columns:
            check_signs(formula, words, {})
    around = {index.name for index in free}
    for formula, own in scopes:
        inside = around
        for index in own:
            check_own(index, f"what is said of {formula}", words, inside)
            inside = inside | {index.name}
        check_bound(formula, words, inside)


def check_own(index: Index, where: str, words: "Words", around: "set[str]") -> None:
    """Refuse an index that is bound where its name means something already."""
    if index.name in around:
        raise ValueError(
            f"{index.name!r} is bound in {where}, where there is another index of that name: "
            "a free and a bound index, or two bound ones, need two names"
        )
    what = words.kind(index.name)
    if what:
        raise ValueError(f"{index.name!r} is bound in {where} and is {what} too: give one another name")
    this = name(index.name)
    for places in [this] + [part for other in around for part in (this + name(other), name(other) + this)]:
        if places in words.subscripts:
            raise ValueError(
                f"{index.name!r} is bound in {where}, where {words.subscripts[places]!r} is set as an entry "
                "at it: give one another name"
            )


class Words:
    """What each word of a statement means, as it is typed and as it is set."""

    def __init__(self) -> None:
        self.meanings: dict[str, tuple[str, Structure]] = {}
        self.subscripts: dict[str, str] = {}  # what stands below a letter, and in which word it does
        self.noted: set[Formula] = set()  # with nothing bound around them
        self.signs: dict[str, tuple[str, Structure]] = {}  # names, by how their authors set them
        self.letters: dict[str, str] = {}  # what has a letter below, and entries, by how they are set
        self.entries: dict[str, str] = {}

    def kind(self, word: str) -> str:
        """Say what a word means, if it is no index."""
        what, meaning = self.meanings.get(word, ("", ()))
        return "" if meaning[:1] == ("index",) else what

    def note(self, typed: str, tex: str, what: str, meaning: Structure) -> None:
        if "_" in typed and not what.startswith("a name"):
            self.subscripts[typed.partition("_")[2]] = typed
        for word in (typed, f"in LaTeX {plain(tex)}"):
            before, known = self.meanings.setdefault(word, (what, meaning))
            if known != meaning:
                raise ValueError(
                    f"{typed!r} is {before} and {what} in one statement: give one of them another name"
                )


def note_printed(node: Formula, words: Words, bound: "dict[Index, str]") -> None:
    """Note the words of a formula, of definitions those too that a name stands for."""
    if not bound:
        if node in words.noted:
            return
        words.noted.add(node)
    if isinstance(node, Symbol):
        meaning = ("symbol", node.name) + dimensions(node.shape)
        words.note(node.name, name(node.name), f"a {show_shape(node.shape)} symbol", meaning)
        if "_" in node.name:
            words.letters[sign_of(node)] = node.name
    elif isinstance(node, At):
        note_series(node, words)
    elif isinstance(node, OneHot):
        meaning = ("labels", node.name) + dimensions(node.shape)
        words.note(node.name, series_name(node.name), f"labels out of {node.shape[0]}", meaning)
    elif isinstance(node, Apply):
        # It is told apart by its name: how often it is differentiated is said by primes.
        function = Function(node.function.name)
        words.note(function.name, function_name(function), "a function", ("function", function.name))
    elif isinstance(node, Entry):
        note_entry(node, words)
    elif isinstance(node, Value):
        note_series(node.equation.left, words)
    elif isinstance(node, Named):
        if any(isinstance(part, Named) and part.name == node.name for part in walk(node.args[0])):
            raise ValueError(f"{node.name!r} stands in its own definition: give one of the two another name")
        meaning = structure(node, bound)
        words.note(node.name, node.tex or name(node.name), f"a name for {node.args[0]}", meaning)
        if node.tex:
            words.signs[plain(node.tex)] = (node.name, meaning)
        elif "_" in node.name:
            words.letters[sign_of(node)] = node.name
    inside = dict(bound)
    inside.update((index, f"bound {index.name}") for index in node.binds())
    for arg in printed_in(node):
        note_printed(arg, words, inside)


def check_signs(node: Formula, words: Words, bound: "dict[Index, str]") -> None:
    """Refuse a name that is set as something else in the statement is: a_i, or h at t."""
    inside = dict(bound)
    inside.update((index, f"bound {index.name}") for index in node.binds())
    if not isinstance(node, Named):
        typed, meaning = words.signs.get(sign_of(node), ("", ()))
        if typed and meaning != structure(node, bound):
            raise ValueError(set_alike(str(node), typed))
    for arg in printed_in(node):
        check_signs(arg, words, inside)


def set_alike(one: str, other: str) -> str:
    return f"{one} is set as {other!r} is in one statement: set one in another way"


def sign_of(node: Formula) -> str:
    """Write how a formula is set, what is not seen left out."""
    if not hasattr(node, "sign"):
        fix(node, sign=plain(latex(node)))
    sign: str = node.sign
    return sign


def note_series(node: At, words: Words) -> None:
    meaning = ("series", node.name) + dimensions(node.shape)
    words.note(node.name, series_name(node.name), f"a {show_shape(node.shape)} series", meaning)
    if "_" in node.name:
        words.letters[sign_of(node)] = node.name


def note_entry(node: Entry, words: Words) -> None:
    """Note as what an entry is set: that of W with a small letter, as one of w is, and as the letter w_i."""
    words.entries[sign_of(node)] = str(node)
    arg = node.args[0]
    if isinstance(arg, (Symbol, At, Named)):
        small = arg.name.lower() if len(arg.name) == 1 else arg.name
        letter = plain(getattr(arg, "tex", None) or small)
        words.note(f"{letter}[]", f"{letter}[]", f"an entry of {arg.name}", ("entry", arg.name))


def check_bound(node: Formula, words: Words, around: "set[str]") -> None:
    """Refuse a sum over i where i means something already, and one over what a range outside depends on."""
    if isinstance(node, Named) and not isinstance(node, Derivative):
        # A name is printed without what it means, which is a line of its own.
        around = {index.name for index in free_indices(node.args[0])}
    for index in node.binds():
        for other in free_indices(node):
            if isinstance(other, Step) and index in depends_on(other):
                raise ValueError(f"{other.range()} depends on {index}, which is bound in {node}")
        check_own(index, str(node), words, around)
        around = around | {index.name}
    for arg in printed_in(node):
        check_bound(arg, words, around)
