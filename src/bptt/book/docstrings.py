"""Shows the package from its docstrings: what a function takes and returns, what its formula stands on.

A docstring ends with what its formula stands on and where it is from:

    Proved: labels of equations of the book, joined by commas.
    Defined: labels too, of equations that say what a name means.
    Measured: in words, what it is compared with, where the book has no equation for it.
    Source: records of the documents, and keys of references.bib in brackets.
"""

import html
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from bptt import measure, numeric, slips
from bptt.book.evidence import ID, code, ledger_link

PACKAGES = (numeric, measure, slips)
SECTIONS = {"Args": "Takes", "Attributes": "Holds", "Returns": "Returns", "Raises": "Raises"}
LABELLED = ("Proved", "Defined")
ENDINGS = (*LABELLED, "Measured", "Source")
KEY = re.compile(r"\[([a-z]+\d{4})\]")


@dataclass(frozen=True)
class Docstring:
    """A docstring, taken apart.

    Attributes:
        text: its paragraphs, and its formulas, which are indented.
        sections: heading -> the lines under it.
        endings: word -> what follows it.
    """

    text: list[str]
    sections: dict[str, str]
    endings: dict[str, str]

    @property
    def labels(self) -> dict[str, list[str]]:
        """The labels of the equations that it says it is proved by and defined by."""
        return {word: self.endings[word].split(", ") for word in LABELLED if word in self.endings}


def read(item: Any) -> Docstring:
    """Take the docstring of a module, a class or a function apart; an item without one has no paragraphs."""
    text, sections, endings = [], {}, {}
    for block in re.split(r"\n *\n", inspect.getdoc(item) or ""):
        heading, _, rest = block.partition(":\n")
        if heading in SECTIONS:
            sections[heading] = inspect.cleandoc(rest)
        elif block.startswith(tuple(f"{word}: " for word in ENDINGS)):
            for ending in re.split(rf"\n(?={'|'.join(ENDINGS)}: )", block):
                word, _, said = " ".join(ending.split()).partition(": ")
                endings[word] = said.removesuffix(".")
        elif block:
            text.append(block)
    return Docstring(text, sections, endings)


def public(package: ModuleType) -> dict[str, Any]:
    """List the functions and classes that a package offers."""
    found = {name: getattr(package, name) for name in package.__all__}
    return {name: item for name, item in found.items() if inspect.isroutine(item) or inspect.isclass(item)}


PLACES = {name: f"{package.__name__}.{name}" for package in PACKAGES for name in public(package)}


class Documented:
    """What a package offers of one of its modules, which is given by its name."""

    def __init__(self, package: ModuleType, name: str) -> None:
        module = import_module(f"{package.__name__}.{name}")
        self.package, self.about = package.__name__, read(module)
        self.items = {
            called: item for called, item in public(package).items() if item.__module__ == module.__name__
        }

    def __repr__(self) -> str:
        return "\n".join(f"{name}{signature(item)}" for name, item in self.items.items())

    def _repr_markdown_(self) -> str:
        entries = (entry(name, item, self.package) for name, item in self.items.items())
        return "\n\n".join([*shown(self.about), *entries])

    def _repr_html_(self) -> str:
        """Say for a notebook, which knows no MyST, what there is and what each of them does."""
        lines = [
            f"<dt><code>{html.escape(name + signature(item))}</code></dt>"
            f"<dd>{html.escape(read(item).text[0])}</dd>"
            for name, item in self.items.items()
        ]
        return f"<dl>{''.join(lines)}</dl>"


# ---- in the book's own MyST


def entry(name: str, item: Any, package: str) -> str:
    """Write a function, or a class with its methods and properties."""
    kind = "class" if inspect.isclass(item) else "function"
    lines = [f"::::::{{py:{kind}}} {name}{signature(item)}", f":module: {package}", ""]
    lines += ["\n\n".join([*shown(read(item)), *members(item)])]
    return "\n".join([*lines, "::::::"])


def members(item: Any) -> Iterator[str]:
    """Write what a class has besides its attributes."""
    for name, member in vars(item).items() if inspect.isclass(item) else ():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        kind, called = ("property", "") if isinstance(member, property) else ("method", signature(member))
        yield "\n".join([f":::::{{py:{kind}}} {name}{called}", "", "\n\n".join(shown(read(member))), ":::::"])


def signature(item: Any) -> str:
    """Write the arguments as a call gives them, without their types: the docstring says their shapes."""
    if inspect.isclass(item) and issubclass(item, Exception):
        return ""
    called = inspect.signature(item)
    arguments = [
        argument.replace(annotation=argument.empty)
        for name, argument in called.parameters.items()
        if name != "self"
    ]
    return str(called.replace(parameters=arguments, return_annotation=called.empty))


def shown(docstring: Docstring) -> list[str]:
    """Write a docstring: its text, then folded what there is to look up, then what it stands on."""
    blocks = [formula(block) if block.startswith(" ") else linked(block) for block in docstring.text]
    if docstring.sections:
        first, *others = (SECTIONS[heading] for heading in docstring.sections)
        entries = (entry for heading, lines in docstring.sections.items() for entry in listed(heading, lines))
        title = ", ".join([first, *map(str.lower, others)])
        blocks.append("\n".join([f":::{{dropdown}} {title}", *entries, ":::"]))
    endings = [f"*{word}*: {stands_on(word, said)}." for word, said in docstring.endings.items()]
    return blocks + (["\\\n".join(endings)] if endings else [])


def formula(block: str) -> str:
    """Write formulas below one another, where a docstring has them side by side: a phone is narrow."""
    lines = re.sub(r"(?<=\S) {3,}", "\n", inspect.cleandoc(block))
    return f"```{{code-block}} text\n:class: wrapped\n\n{lines}\n```"


def listed(heading: str, lines: str) -> Iterator[str]:
    """Write the names of a section, each with what is said of it."""
    if heading == "Returns":
        yield f"returns\n: {linked(' '.join(lines.split()))}\n"
        return
    for entry in re.split(r"\n(?! )", lines):
        names, _, said = " ".join(entry.split()).partition(": ")
        written = ", ".join(map(code, names.split(", ")))
        yield f"{'raises ' * (heading == 'Raises')}{written}\n: {linked(said)}\n"


def stands_on(word: str, said: str) -> str:
    """Link the equations, records and references that an ending names."""
    if word in LABELLED:
        return ", ".join(f"{label.replace('-', ' ')} {{eq}}`{label}`" for label in said.split(", "))
    return KEY.sub(r"{cite:t}`\1`", ID.sub(lambda found: ledger_link(found[0]), linked(said)))


def linked(text: str) -> str:
    """Set words in double quotes, which are values, in code, and link each name that a package offers."""

    def mark(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return code(found[0])
        place = PLACES.get(found[0].strip("`"))
        return f"{{py:obj}}{found[0][:-1]} <{place}>`" if place else found[0]

    return re.sub(r'`[^`]*`|"[^"]*"', mark, text)
