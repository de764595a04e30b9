"""Write in the Markdown that every notebook reads what is written in the book's own MyST.

The pages of the site are made of MyST: roles such as ``{eq}`vjp-left```, blocks such as ``:::{dropdown}``.
JupyterLab, VS Code and Colab read none of it. What a notebook shows outside the book goes through here: the
text of a chapter when its notebook is written, and each output of a cell that a reader runs.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

ROLE = re.compile(r"\{([\w:]+)\}`([^`<]*?)(?: ?<([^`>]+)>)?`")
NUMBERED = re.compile(r"^\$\$\s*(.*?)\s*\$\$ \(([\w-]+)\)$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^\([\w-]+\)=\n?", re.MULTILINE)
CLASS = re.compile(r"^\{\.[\w-]+\}\n", re.MULTILINE)
DEFINED = re.compile(r"^(\S.*)\n: ", re.MULTILINE)
OPENED = re.compile(r"^(:{3,}(?=\{)|`{3,})(?:\{([\w:-]+)\})? ?(.*)$")
OPTION = re.compile(r"^:([\w-]+): ?(.*)$")


class NotCommon(ValueError):
    """A piece of MyST for which there is no other Markdown."""


@dataclass(frozen=True)
class Block:
    """A directive: what stands behind its name, its options, and its content in MyST."""

    argument: str
    options: Mapping[str, str]
    content: str


Role = Callable[[str, str], str]  # from what it points to, and the words for it or nothing
Directive = Callable[[Block], str]


@dataclass(frozen=True)
class CommonMark:
    """Translates MyST, where roles and directives mean this, and the equations have these numbers."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    directives: Mapping[str, Directive] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, myst: str) -> str:
        """Translate a text; raises NotCommon, which names a role or directive that is not known here."""
        return "\n".join(self.parts(myst.splitlines()))

    def parts(self, lines: list[str]) -> Iterator[str]:
        """Translate blocks by what they are, and the text between them."""
        text: list[str] = []
        rest = iter(lines)
        for line in rest:
            opened = OPENED.match(line)
            if not opened:
                text.append(line)
                continue
            if text:
                yield self.prose("\n".join(text))
            text = []
            marks, name, argument = opened.groups()
            inside = list(until(marks, rest))
            # a block of code without a name in braces is the same in both
            yield self.block(name, argument, inside) if name else "\n".join([line, *inside, marks])
        if text:
            yield self.prose("\n".join(text))

    def block(self, name: str, argument: str, inside: list[str]) -> str:
        options = {}
        while inside and (option := OPTION.match(inside[0])):
            options[option[1]] = option[2].strip('"')
            inside = inside[1:]
        content = "\n".join(inside).strip("\n")
        if name in self.directives:
            return self.directives[name](Block(argument, options, content))
        if name == "dropdown":
            return folded(argument, self(content))
        if name in ("container", "check-yours"):  # the field itself is the page's: here an answer is a cell
            return self(content)
        if name == "admonition":
            return f"**{argument}** {self(content)}"
        raise NotCommon(f"the directive {name} has no other Markdown")

    def prose(self, text: str) -> str:
        text = NUMBERED.sub(self.equation, text)
        text = DEFINED.sub(r"**\1:** ", CLASS.sub("", TARGET.sub("", text)))
        return ROLE.sub(self.role, text)

    def equation(self, found: re.Match[str]) -> str:
        tex, label = found.groups()
        tag = f" \\tag{{{self.numbers[label]}}}" if label in self.numbers else ""
        return f"$$\n{tex}{tag}\n$$"

    def role(self, found: re.Match[str]) -> str:
        name, words, target = found.groups()
        if name not in self.roles:
            raise NotCommon(f"the role {name} has no other Markdown")
        return self.roles[name](target or words, words if target else "")


def until(marks: str, lines: Iterator[str]) -> Iterator[str]:
    """Read on to the line that closes a block: of the same marks, at least as many."""
    for line in lines:
        if line.startswith(marks) and set(line.strip()) == {marks[0]}:
            return
        yield line
    raise NotCommon(f"a block that begins with {marks} does not end")


def folded(title: str, content: str) -> str:
    """Fold a text; without the empty lines a notebook would not read it as Markdown."""
    return f"\n<details>\n<summary>{title}</summary>\n\n{content}\n\n</details>"
