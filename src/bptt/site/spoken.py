"""Say in the MathML of a formula that a time in parentheses above a letter, or a ⊤, is no power.

`intent` says it to the programs that read this attribute, and `aria-label` to those that do not.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", NAMESPACE)
MATH = re.compile(r"<math .*?</math>", re.DOTALL)
SIGNS = {"−": "minus", "+": "plus", "<": "before", "≤": "up to"}


def with_meaning(html: str) -> str:
    """Mark the superscripts that are a time or a transpose in the MathML of a formula that is set."""
    return MATH.sub(lambda found: marked(found[0]), html)


def marked(mathml: str) -> str:
    tree = ElementTree.fromstring(mathml)
    for raised in [*tree.iter(tag("msup")), *tree.iter(tag("msubsup"))]:
        time, transposed = above(raised[-1])
        if time is None and not transposed:
            continue
        base, below = raised[0], raised[1] if len(raised) > 2 else None
        meaning, said = "$base", words(base)
        base.set("arg", "base")
        if below is not None:
            below.set("arg", "below")
            meaning, said = f"_sub:infix({meaning},$below)", f"{said} sub {words(below)}"
        if time is not None:
            time.set("arg", "time")
            meaning, said = f"_at:infix({meaning},$time)", f"{said} at {words(time)}"
        if transposed:
            meaning, said = f"transpose({meaning})", f"{said} transpose"
        raised.set("intent", meaning)
        if is_short(base):
            raised.set("aria-label", said)
        elif transposed:
            list(raised[-1].iter())[-1].set("aria-label", "transpose")
    return ElementTree.tostring(tree, "unicode")


def above(raised: Element) -> tuple[Element | None, bool]:
    """Find the time in parentheses in a superscript, as an element of its own, and whether a ⊤ is there."""
    parts = list(raised) if raised.tag == tag("mrow") else [raised]
    transposed = parts[-1].text == "⊤"
    inside = parts[:-1] if transposed else parts
    if len(inside) > 2 and (inside[0].text, inside[-1].text) == ("(", ")"):
        time = Element(tag("mrow"))
        time.extend(inside[1:-1])
        raised[:] = [inside[0], time, *inside[-1:], *parts[len(inside) :]]
        return time, transposed
    return None, transposed and not inside


def is_short(base: Element) -> bool:
    """Tell whether a base is a letter, perhaps with an index or an accent."""
    return base.tag in map(tag, ("mi", "mn", "mtext", "msub", "mover"))


def words(part: Element) -> str:
    """Write what is said of a part, capitals named as such, and letters that stand upright as one word."""
    if len(part) and all(letter.get("mathvariant") == "normal" for letter in part):
        return "".join(part.itertext())
    said = [SIGNS.get(text, text) for text in map(str.strip, part.itertext())]
    return " ".join(f"upper {word}" if len(word) == 1 and word.isupper() else word for word in said)


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
