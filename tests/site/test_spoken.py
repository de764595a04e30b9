"""What a program that reads aloud is told of the superscripts that are no powers."""

from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from bptt.site.katex import Katex
from bptt.site.spoken import MATH, tag

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def katex(tmp_path_factory):
    setter = Katex()
    app = SimpleNamespace(srcdir=ROOT, outdir=tmp_path_factory.mktemp("site"), add_css_file=lambda name: None)
    setter.start(app)
    yield setter
    setter.stop(app, None)


@pytest.mark.parametrize(
    ("latex", "meant", "said"),
    [
        ("h^{(t)}", "_at:infix($base,$time)", "h at t"),
        ("h_i^{(t-1)}", "_at:infix(_sub:infix($base,$below),$time)", "h sub i at t minus 1"),
        ("W^\\top", "transpose($base)", "upper W transpose"),
        ("x^{(T)\\top}", "transpose(_at:infix($base,$time))", "x at upper T transpose"),
        ("J^{(t)}_{\\mathrm{cse}}", "_at:infix(_sub:infix($base,$below),$time)", "upper J sub cse at t"),
        ("(AB)^{\\top}", "transpose($base)", None),
        ("h^2", None, None),
        ("e^{(a+b)c}", None, None),
    ],
)
def test_a_time_and_a_transpose_are_told_from_powers(katex, latex, meant, said):
    tree = ElementTree.fromstring(MATH.search(katex.html(latex, False, "page"))[0])
    raised = next(part for name in ("msup", "msubsup") for part in tree.iter(tag(name)))
    assert (raised.get("intent"), raised.get("aria-label")) == (meant, said)
    named = {part.get("arg") for part in raised.iter()} - {None}
    assert named == {name for name in ("base", "below", "time") if meant and f"${name}" in meant}


def test_the_sign_of_a_transpose_is_named_where_its_base_is_long(katex):
    html = katex.html("(AB)^{\\top}", False, "page")
    assert '<mi mathvariant="normal" aria-label="transpose">⊤</mi>' in html


def test_what_is_seen_is_untouched(katex):
    assert "aria-label" not in MATH.sub("", katex.html("h^{(t)\\top}", True, "page"))
