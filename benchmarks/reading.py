"""How long a chapter is to a reader, its folds closed: height, minutes, prose, code, formulas that are cut.

It needs the built book and Chromium. A minute is 200 words, or three displayed formulas.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/site"))
import visit
from chromium import chromium, served
from visit import NARROW, READING, WIDE

from bptt.site import notebooks
from bptt.site.pdf import CannotPrint

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks/results/reading.md"

HEIGHT, MINUTES, PROSE, CODE = 14_000, 15, 0.35, 0.12
OF_DISPLAYS = visit.MOST_CUT

TABLE = """# How long the chapters are

`make bench` measured this by `benchmarks/reading.py` on the built book, with all folds closed.
A minute is 200 words or three displayed formulas; a share is one of the height at {wide} px.
The last two columns count displayed formulas that are wider than the page, at {wide} px and at {narrow} px.

| chapter | height (px) | minutes | prose | Python | verdicts | formulas | cut | cut on a phone |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}
{most}
| allowed | {HEIGHT} | {MINUTES} | at least {PROSE:.0%} | at most {CODE:.0%} | | | 0 | {OF_DISPLAYS:.0%} |

Of those that are cut on a phone, {numbered} have a number; allowed are none.
"""
SHARES = "{height} | {minutes:.0f} | {prose:.0%} | {code:.0%}"
ROW = f"| {{page}} | {SHARES} | {{boxes}} | {{displays}} | {{cut}} | {{narrow_cut}} |"

Measured = dict[str, Any]


def chapters() -> list[str]:
    """Name the chapters: the pages in a folder of their own, without the ledger's."""
    found = [page for page in notebooks.pages(ROOT) if page.count("/") == 2]
    return [page for page in found if not page.startswith("chapters/ledger/")]


def measure(page: str, tabs: list[Any], home: str) -> Measured:
    wide, narrow = (read(tab, f"{home}/{page}.html") for tab in tabs)
    name = page.removeprefix("chapters/")
    return {**wide, "page": name, "narrow_cut": narrow["cut"], "numbered": narrow["numbered"]}


def read(tab: Any, address: str) -> Measured:
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    found: Measured = tab.evaluate(READING)
    return found


def report(found: list[Measured]) -> str:
    heights = sum(one["height"] for one in found)
    shares = {name: sum(one[name] * one["height"] for one in found) / heights for name in ("prose", "code")}
    most = {name: max(one[name] for one in found) for name in ("height", "minutes")}
    counts = ("boxes", "displays", "cut", "narrow_cut", "numbered")
    sums = {name: sum(one[name] for one in found) for name in counts}
    rows = "\n".join(ROW.format(**one) for one in found)
    last = ROW.format(page="the most of one, or all", **shares, **most, **sums)
    return TABLE.format(**globals(), **sums, rows=rows, most=last, wide=WIDE, narrow=NARROW)


def main() -> int:
    try:
        with chromium() as browser, served(ROOT / "_build/html") as home:
            tabs = [visit.context(browser, width=width).new_page() for width in (WIDE, NARROW)]
            found = [measure(page, tabs, home) for page in chapters()]
    except CannotPrint as reason:
        print(reason)
        return 1
    text = report(found)
    RESULT.write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
