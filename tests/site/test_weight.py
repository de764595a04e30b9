"""No page of the site is heavy."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from weight import HEAVIEST, Weight, weigh_site

ROOT = Path(__file__).parents[2]


def heavy(weights: dict[str, Weight]) -> list[str]:
    return [f"{page}: {weight.gzip} bytes" for page, weight in weights.items() if weight.gzip > HEAVIEST]


@pytest.mark.slow
def test_no_page_of_the_book_loads_more_than_400_kb(browser: Browser) -> None:
    weights = weigh_site(browser, ROOT / "_build/html")
    assert "index.html" in weights, "run `make book` first"
    assert heavy(weights) == []


@pytest.mark.slow
def test_what_only_a_style_sheet_asks_for_is_weighed(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "light.html").write_text("<link rel=stylesheet href=light.css><p>" + "one word, " * 100_000)
    (tmp_path / "light.css").write_text("p { color: green }")
    (tmp_path / "heavy.html").write_text("<link rel=stylesheet href=heavy.css><p>one word")
    (tmp_path / "heavy.css").write_text("p { background: url(picture.png) }")
    (tmp_path / "picture.png").write_bytes(random.Random(0).randbytes(HEAVIEST))
    weights = weigh_site(browser, tmp_path)
    assert [page.partition(":")[0] for page in heavy(weights)] == ["heavy.html"]
    assert weights["light.html"].raw > HEAVIEST
