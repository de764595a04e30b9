"""What the package says its formulas stand on: the equations and references that its docstrings name."""

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from chapter import ROOT, shown

from bptt import measure, numeric
from bptt.book.docstrings import KEY, PACKAGES, Documented, public, read
from bptt.book.evidence import DEFINED, PROVED
from bptt.site import ledger, notebooks

OFFERED = {
    f"{package.__name__}.{name}": item for package in PACKAGES for name, item in public(package).items()
}
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


def groundless(items: Mapping[str, Any]) -> list[str]:
    """List the functions that do not say what their formula stands on."""
    return [
        name
        for name, item in items.items()
        if inspect.isfunction(item) and not {"Proved", "Defined", "Measured"} & set(read(item).endings)
    ]


def misnamed(items: Mapping[str, Any], outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """List the labels that no equation has of which a docstring says the truth.

    Of the equations that prove a function's formula at least one was compared with NumPy.
    """
    found = {output["label"]: output for output in outputs}
    meant = {"Proved": PROVED, "Defined": DEFINED}
    wrong = []
    for name, item in items.items():
        for word, labels in read(item).labels.items():
            named = {label: found.get(label, {"outcome": "not there"}) for label in labels}
            wrong += [
                f"{name}: {label} is {output['outcome']}"
                for label, output in named.items()
                if output["outcome"] != meant[word]
            ]
            if word == "Proved" and all(output.get("residual") is None for output in named.values()):
                wrong.append(f"{name}: nothing that proves it was compared with NumPy")
    return wrong


def unmatched(cited: Iterable[str], references: str) -> set[str]:
    """Name the keys that are cited and not there, or there and not cited."""
    return set(cited) ^ set(re.findall(r"(?m)^@\w+\{(\w+),", references))


def cited(root: Path) -> set[str]:
    """Find the keys of all references that chapters and docstrings cite."""
    texts = (file.read_text("utf-8") for file in [root / "index.md", *(root / "chapters").rglob("*.md")])
    keys = [key for text in texts for found in CITED.findall(text) for key in found.split(",")]
    return {
        *keys,
        *(key for file in (root / "src").rglob("*.py") for key in KEY.findall(file.read_text("utf-8"))),
    }


# ---- the package as it is


def test_every_function_that_computes_or_measures_says_what_it_stands_on() -> None:
    assert groundless(public(numeric) | public(measure)) == []


@pytest.mark.site
def test_every_equation_that_a_docstring_names_is_in_the_book() -> None:
    outputs = [output for notebook in notebooks.outputs(ROOT).values() for output in ledger.shown(notebook)]
    assert misnamed(OFFERED, outputs) == []


def test_every_reference_is_there_and_cited() -> None:
    assert unmatched(cited(ROOT), (ROOT / "references.bib").read_text("utf-8")) == set()


def test_the_page_shows_all_that_the_package_offers() -> None:
    parts = [part for part in shown("chapters/package") if isinstance(part, Documented)]
    assert sorted(f"{part.package}.{name}" for part in parts for name in part.items) == sorted(OFFERED)


# ---- the same, seen to object


def double(x: float) -> float:
    """Compute y = 2 x."""
    return 2 * x


def halve(x: float) -> float:
    """Compute y = x / 2, where y < x.

    Args:
        x: any number, such as one of `tanh` or `x["y"]`.

    Returns:
        y, which is
        a number.

    Raises:
        TypeError, ValueError: as "nll".

    Defined: half.
    Proved: doubled,
    quartered.
    Source: records S000-02 to 04; [elman1990].
    """
    return x / 2


def test_a_function_that_stands_on_nothing_is_named() -> None:
    assert groundless({"double": double, "halve": halve}) == ["double"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"half": {"outcome": PROVED}}, ["halve: half is proved"]),
        ({"quartered": {"outcome": DEFINED}}, ["halve: quartered is defined"]),
        ({"quartered": {"outcome": "not there"}}, ["halve: quartered is not there"]),
        (
            {"doubled": {"outcome": PROVED, "residual": None}},
            ["halve: nothing that proves it was compared with NumPy"],
        ),
    ],
)
def test_a_label_that_says_what_is_not_so_is_named(changed: dict[str, Any], said: list[str]) -> None:
    book = {
        "half": {"outcome": DEFINED},
        "doubled": {"outcome": PROVED, "residual": 1e-16},
        "quartered": {"outcome": PROVED},
    }
    outputs = [{"label": label, **output} for label, output in (book | changed).items()]
    assert misnamed({"double": double, "halve": halve}, outputs) == said


def test_a_key_that_is_missing_and_a_reference_that_nobody_cites_are_named() -> None:
    assert unmatched({"a1990", "b1991"}, "@article{b1991,\n}\n@book{c1992,\n}") == {"a1990", "c1992"}


def test_keys_are_found_in_chapters_and_in_docstrings(tmp_path: Path) -> None:
    (tmp_path / "chapters/part").mkdir(parents=True)
    (tmp_path / "src").mkdir()
    (tmp_path / "index.md").write_text("of {cite:p}`a1990,b1991`")
    (tmp_path / "chapters/part/one.md").write_text("by {cite:t}`c1992`, not {doc}`d1993`")
    (tmp_path / "src/one.py").write_text('"""Source: [e1994], [0], [i]."""')
    assert cited(tmp_path) == {"a1990", "b1991", "c1992", "e1994"}


# ---- how it is shown


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch) -> Documented:
    """A package of two functions, and of one that belongs to another module."""
    package = ModuleType("double")
    module = ModuleType("double.module", "Twice and half.\n\n    y = 2 x    z = 2 y\n\nSource: document 000.")
    vars(package).update(
        {"__all__": ["double", "halve", "read"], "double": double, "halve": halve, "read": read}
    )
    monkeypatch.setitem(sys.modules, "double", package)
    monkeypatch.setitem(sys.modules, "double.module", module)
    for function in (double, halve):
        monkeypatch.setattr(function, "__module__", "double.module")
    return Documented(package, "module")


def test_a_module_is_shown_with_its_text_and_its_functions(documented: Documented) -> None:
    lines = documented._repr_markdown_().splitlines()
    assert lines[0] == "Twice and half."
    assert lines[5:7] == ["y = 2 x", "z = 2 y"]  # on a line each
    assert [line for line in lines if line.startswith("::::::{py:function}")] == [
        "::::::{py:function} double(x)",
        "::::::{py:function} halve(x)",
    ]
    assert lines.count(":module: double") == 2


def test_a_docstring_leads_to_what_it_names(documented: Documented) -> None:
    shown = documented._repr_markdown_()
    for part in (
        '`x`\n: any number, such as one of {py:obj}`tanh <bptt.numeric.tanh>` or `x["y"]`.',
        "returns\n: y, which is a number.",
        'raises `TypeError`, `ValueError`\n: as `"nll"`.',
        "*Defined*: half {eq}`half`.\\\n*Proved*: doubled {eq}`doubled`, quartered {eq}`quartered`.\\\n"
        "*Source*: records {ref}`S000-02 <ledger-s000-02>` to 04; {cite:t}`elman1990`.",
    ):
        assert part in shown


def test_without_the_book_names_and_first_words_are_left(documented: Documented) -> None:
    assert repr(documented) == "double(x)\nhalve(x)"
    assert (
        "<dt><code>halve(x)</code></dt><dd>Compute y = x / 2, where y &lt; x.</dd>"
        in documented._repr_html_()
    )


def test_a_class_is_shown_with_its_methods() -> None:
    shown = Documented(measure, "report")._repr_markdown_()
    assert "::::::{py:class} GradientError\n" in shown
    assert ":::::{py:method} passed(tol)\n" in shown
    assert ":::::{py:property} error\n" in shown
    assert "_" not in re.findall(r"py:method} (.)", shown)
