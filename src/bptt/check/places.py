"""Names with what stands behind them: times, letters of entries, labels, and powers of a matrix."""

from bptt.check.names import Derived
from bptt.check.products import Products, Unsized, Value
from bptt.check.questions import Typed
from bptt.check.scope import DoesNotConform
from bptt.check.tree import Node
from bptt.kernel import (
    Formula,
    Function,
    Horizon,
    Index,
    Labels,
    Moment,
    Series,
    ShapeError,
    Size,
    Step,
    delta,
    extent,
    eye,
    inner,
    onehot,
    ones,
    product_over,
)
from bptt.kernel.language.formula import Entry
from bptt.kernel.language.series import LabelAt
from bptt.kernel.language.shape import show_shape


class Places(Products):
    """Reads names; whole formulas are read by others."""

    def value(self, node: Node) -> Value:
        raise NotImplementedError

    def formula(self, node: Node) -> Formula:
        raise NotImplementedError

    def look_up(self, node: Node) -> "Typed | Derived | Unsized":
        word = node.value
        meaning = self.names.find(word)
        if meaning is not None:
            return meaning
        if word == "I":
            return Unsized("eye", eye)
        if word == "ones":
            return Unsized("column", ones)
        return self.refuse(f"{word} is not known here; known are {self.names.listed()}", node)

    def read_name(self, node: Node) -> Value:
        if self.bound(node.value):
            self.refuse(f"{node.value} is what a sum runs over, and stands here as a factor", node)
        meaning = self.look_up(node)
        if isinstance(meaning, (Series, Labels, Derived)):
            now = self.now()
            if now is None:
                self.refuse(f"{node.value} needs a time, such as {node.value}[t]", node)
            self.note(f"{node.value} without a time is read as {node.value}[{now}]")
            return self.at(meaning, now)
        if isinstance(meaning, Size):
            return extent(meaning)
        if isinstance(meaning, Step):
            self.refuse(f"{node.value} is a time and no factor", node)
        if isinstance(meaning, Function):
            self.refuse(f"{node.value} is a function and needs what it is taken of, in parentheses", node)
        return meaning

    def at(self, meaning: "Series | Labels | Derived", when: Moment) -> Value:
        if isinstance(meaning, Derived):
            self.note(meaning.said)
            return meaning.at(when)
        return meaning[when]

    def read_at(self, node: Node) -> Value:
        """Read a name with what stands behind it: a time, the letters of an entry, or a label."""
        marks: list[tuple[str, list[Node]]] = []
        base = node
        while base.kind == "at":
            marks.insert(0, (base.value, places_of(base.parts[1:])))
            base = base.parts[0]
        while base.kind == "group" and len(base.parts) == 1:
            base = base.parts[0]
        if base.kind in ("transpose", "power") and base.parts[0].kind == "name":
            # h^T_t and h^2_t: the time belongs to h.
            inside = Node("at", (base.parts[0],) + node.parts[1:], node.value, node.start, node.end)
            if len(marks) == 1 and isinstance(
                self.names.find(base.parts[0].value), (Series, Labels, Derived)
            ):
                return self.value(Node(base.kind, [inside], base.value, node.start, node.end))
        if base.kind != "name" or self.bound(base.value):
            return self.entries(self.value(base), [place for _, places in marks for place in places], node)
        special = self.special(base, marks, node)
        if special is not None:
            return special
        meaning = self.look_up(base)
        if not isinstance(meaning, (Series, Labels, Derived)):
            return self.of_constant(meaning, base, marks, node)
        found = [n for n, (style, _) in enumerate(marks) if style in ("time", "(")]
        found = found or [n for n, (style, _) in enumerate(marks) if style == "^"] or [0]
        timed = marks[found[0]][1]
        rest = [
            place
            for n, (_, places) in enumerate(marks)
            for place in (places[1:] if n == found[0] else places)
        ]
        return self.entries(self.at(meaning, self.moment(timed[0])), rest, node)

    def special(self, base: Node, marks: "list[tuple[str, list[Node]]]", node: Node) -> "Value | None":
        """Read names of which a mark is a part: g_o, s_0, W_{hh}, δ_{ij}, 1_y."""
        word, (style, places) = base.value, marks[0]
        if style != "time" and places and all(place.kind in ("name", "number") for place in places):
            below = "".join([str(place.value) for place in places])
            bound = any(self.bound(str(place.value)) for place in places)
            for joined in (f"{word}_{below}", f"{word}{below}"):
                if joined in self.symbols or (
                    "_" in joined and style == "_" and not bound and self.names.find(joined)
                ):
                    whole = Node("name", (), joined, base.start, places[-1].end)
                    if not marks[1:]:
                        return self.value(whole)
                    for mark, inside in marks[1:]:
                        whole = Node("at", [whole] + inside, mark, node.start, node.end)
                    return self.value(whole)
        if word == "s" and "s_before" in self.symbols and repr(places) == "[minus(number(1))]":
            return self.value(Node("name", (), "s_before", node.start, node.end))
        letters = [place for place in places if place.kind in ("name", "at", "equals")]
        if (
            word == "delta"
            and len(places) == len(letters) == 2
            and not any(self.is_time(place) for place in places)
        ):
            return self.kronecker(places[0], places[1])
        if word == "I" and len(places) == 2:
            return self.kronecker(places[0], places[1])
        if word == "e" and len(places) == 1 and self.label(places[0]) is not None:
            return self.value(places[0])
        if word == "ones" and len(places) < 3:
            return self.kronecker(places[0], places[1]) if places[1:] else self.indicator(places[0])
        return None

    def indicator(self, place: Node) -> Value:
        """Read 1_n, 1_{y} and 1_{i = y}."""
        if place.kind == "equals":
            return self.kronecker(place.parts[0], place.parts[1])
        size = self.names.size(str(place.value)) if place.kind == "name" else None
        return ones(size) if size else self.formula(place)

    def read_equals(self, node: Node) -> Value:
        return self.kronecker(node.parts[0], node.parts[1])

    def kronecker(self, one: Node, other: Node) -> Formula:
        """Read δ_ij, or the entry of a one-hot label: 1 where an index is the label."""
        labels = [self.label(place) for place in (one, other)]
        for label, place in ((labels[0], other), (labels[1], one)):
            if label is not None:
                size = label.labels.size if isinstance(label, LabelAt) else label.size
                index = self.index(place, size)
                return onehot(label)[index] if isinstance(label, LabelAt) else delta(index, label)
        known = [self.letter(place) for place in (one, other)]
        sizes = [found.index.size for found in known if found.index]
        if not sizes:
            self.refuse("nothing here says over what these indices run", one)
        return delta(self.index(one, sizes[0]), self.index(other, sizes[0]))

    def label(self, place: Node) -> "LabelAt | Index | None":
        """Give the label that a place names, if it does."""
        base = place
        while base.kind in ("at", "group"):
            base = base.parts[0]
        if base.kind != "name" or self.bound(base.value):
            return None
        meaning = self.names.find(base.value)
        if not isinstance(meaning, (Labels, Index)) or isinstance(meaning, Step):
            return None
        value = self.value(place)
        return value if isinstance(value, (LabelAt, Index)) else None

    def of_constant(
        self, meaning: "Typed | Unsized", base: Node, marks: "list[tuple[str, list[Node]]]", node: Node
    ) -> Value:
        """Read entries of what has no time, or a power of a matrix: W^{t-s}."""
        style, places = marks[0]
        value = self.read_name(base)
        if style == "^" or (style == "time" and places[0].kind != "number"):
            if isinstance(value, Formula) and value.shape[0] == value.shape[1] != 1:
                return self.entries(
                    self.matrix_power(value, places[0]), [p for _, rest in marks[1:] for p in rest], node
                )
            self.refuse(f"{base.value} has no time here", node)
        if style == "time":
            return self.value(Node("power", [base], int(places[0].value), node.start, node.end))
        if style == "(":
            return self.joined("", value, self.value(places[0]), node.start, node)
        return self.entries(value, [place for _, found in marks for place in found], node)

    def matrix_power(self, matrix: Formula, place: Node) -> Formula:
        """Read W^{t-s} as the product of as many W."""
        bases, offset = self.counted(place)
        ahead = [base for base, sign in bases if sign > 0]
        behind = [base for base, sign in bases if sign < 0]
        horizon = self.symbols.get("T")
        if len(ahead) != 1 or len(behind) > 1 or not isinstance(horizon, Horizon):
            self.refuse("a power of a matrix is a number, t, or a difference such as t-s", place)
        first = (Moment(behind[0]) if behind else Moment(None, 0)) + 1 - offset
        self.near(first, place)
        return product_over(Step(self.unused("j"), horizon, first, Moment(ahead[0])), matrix)

    def entries(self, value: Value, places: "list[Node]", node: Node) -> Value:
        """Take an entry at letters, at labels, or a row at a label."""
        if not places:
            return value
        formula = self.in_full(value, node)
        wanted = [dimension for dimension in formula.shape if dimension != 1]
        if node.value == "^" and formula.shape[0] == formula.shape[1] != 1 and len(places) == 1:
            return self.matrix_power(formula, places[0])
        if len(places) == len(wanted) + 1 == 2 and repr(places[1]) == "number(0)":
            places = places[:1]
        labels = [self.label(place) for place in places]
        for label, dimension, place in zip(labels, wanted, places):
            size = (
                dimension
                if label is None
                else label.labels.size
                if isinstance(label, LabelAt)
                else label.size
            )
            if size != dimension:
                says = f"there are {dimension} positions here, but this label is one of {size}"
                raise DoesNotConform(says, place.start, place.end, None)
        if len(wanted) == 2 and labels[0] is not None and (not places[1:] or places[1].kind == "all"):
            self.note("a row of a matrix is read as a column")
            return formula.T @ self.in_full(labels[0], node)
        if len(places) != len(wanted):
            self.refuse(f"what is {show_shape(formula.shape)} has entries with {len(wanted)} letters", node)
        indices: list[Index | None] = []
        for place, label, dimension in zip(places, labels, wanted):
            indices.append(None if isinstance(label, LabelAt) else label or self.index(place, dimension))
        if len(places) == 1 and isinstance(labels[0], LabelAt):
            hot = onehot(labels[0])
            return inner(hot if formula.shape[1] == 1 else hot.T, formula)
        if isinstance(labels[0], LabelAt):
            return self.entries(formula.T @ onehot(labels[0]), places[1:], node)
        if len(labels) == 2 and isinstance(labels[1], LabelAt):
            return self.entries(formula @ onehot(labels[1]), places[:1], node)
        given = list(indices)
        row, col = [None if dimension == 1 else given.pop(0) for dimension in formula.shape]
        try:
            return Entry(formula, row, col)
        except ShapeError as error:
            raise DoesNotConform(str(error), node.start, node.end, None)


def places_of(parts: "tuple[Node, ...]") -> "list[Node]":
    """List places; letters side by side, as in W_{ij}, are one each."""
    found: list[Node] = []
    for part in parts:
        letters = (
            part.kind == "product" and not any(part.value) and all(item.kind == "name" for item in part.parts)
        )
        found += list(part.parts) if letters else [part]
    return found
