"""The book's MyST, written as every notebook reads it."""

import pytest

from bptt.book import answered, numbered, quoted
from bptt.book.commonmark import Block, CommonMark, NotCommon
from bptt.book.notebook import shown

common = CommonMark(
    {"doc": lambda target, words: f"[{words or 'its title'}]({target}.ipynb)"},
    {"figure": lambda block: f"{block.argument} {block.options['alt']} {block.content}"},
    {"vjp-left": "13"},
)

DROPDOWN = """before

:::{dropdown} A hint
Look at {doc}`the product <gradient>`.
:::

after"""

FOLDED = """before


<details>
<summary>A hint</summary>

Look at [the product](gradient.ipynb).

</details>

after"""

NESTED = """::::{admonition} Proved
:class: proved
for all sizes
:::{dropdown} Symbols
- $a$
:::
::::"""


@pytest.mark.parametrize(
    ("myst", "written"),
    [
        ("$$\na = b\n$$ (vjp-left)", "$$\na = b \\tag{13}\n$$"),
        ("$$ a = b $$ (vjp-left)", "$$\na = b \\tag{13}\n$$"),
        ("$$\na = b\n$$ (another)", "$$\na = b\n$$"),
        ("$$\na = b\n$$\n\n(label)=\ntext", "$$\na = b\n$$\n\ntext"),
        ("see {doc}`gradient`", "see [its title](gradient.ipynb)"),
        ("see {doc}`this <one/two>`", "see [this](one/two.ipynb)"),
        (DROPDOWN, FOLDED),
        (NESTED, "**Proved** for all sizes\n\n<details>\n<summary>Symbols</summary>\n\n- $a$\n\n</details>"),
        (":::{container} reading\nSee {doc}`gradient`.\n:::", "See [its title](gradient.ipynb)."),
        ("```{check-yours} gradient-3\n```", ""),
        (":::{check-yours} h[t]\n:title: $g$\n\nWhat is it?\n:::", "What is it?"),
        ("# A title\n\n{.subtitle}\nA statement.", "# A title\n\nA statement."),
        (":::{figure} a.svg\n:alt: \"Bars\"\n\nThe times.\n:::", "a.svg Bars The times."),
        ("all sizes\n: of any matrix", "**all sizes:** of any matrix"),
        ("```text\n{eq}`x`\n:::{dropdown}\n```", "```text\n{eq}`x`\n:::{dropdown}\n```"),
        ("$\\{h\\}_{t}`$", "$\\{h\\}_{t}`$"),
    ],
)  # fmt: skip
def test_it_says_the_same_in_common_markdown(myst: str, written: str) -> None:
    assert common(myst) == written


@pytest.mark.parametrize(
    ("myst", "why"),
    [
        ("{eq}`vjp-left`", "the role eq has no other Markdown"),
        (":::{tip}\nx\n:::", "the directive tip has no other Markdown"),
        (":::{dropdown} x\ny", "a block that begins with ::: does not end"),
    ],
)
def test_what_it_does_not_know_is_refused(myst: str, why: str) -> None:
    with pytest.raises(NotCommon, match=why):
        common(myst)


def test_a_fold_ends_at_marks_like_those_that_open_it() -> None:
    assert common("::::{admonition} A\nx\n:::\ny\n::::\nz") == "**A** x\n:::\ny\nz"


def test_a_directive_is_given_what_it_says() -> None:
    given: list[Block] = []
    CommonMark({}, {"include": lambda block: given.append(block) or ""})("```{include} a.md\n:b: c\nd\n```")  # type: ignore[func-returns-value]
    assert given == [Block("a.md", {"b": "c"}, "d")]


# ---- outputs in a notebook

OUTPUT = "$$\na\n$$ (some-label)\n\n{symbol}`g_o`, {ref}`S000-17 <ledger-s000-17>`, see {eq}`some-label`"


def test_an_output_names_what_it_points_to() -> None:
    assert shown(OUTPUT, {}) == "$$\na\n$$\n\n`g_o`, S000-17, see some label"


def test_an_output_bears_the_numbers_that_its_notebook_hands_over() -> None:
    numbered({"some-label": "7"})
    assert shown(OUTPUT) == "$$\na \\tag{7}\n$$\n\n`g_o`, S000-17, see (7)"


def test_an_answer_stands_under_what_its_notebook_lets_it_quote() -> None:
    answer = answered("It is so.", "some-label", "why", of="S000-17")
    assert shown(answer.markdown(), {}, {}).startswith("\n**Answered** \nIt is so.")
    quoted({"S000-17": "\n> Is it?\n"})
    assert shown(answer.markdown(), {}).startswith("\n**Answered** \n> Is it?\n\nIt is so.")
