"""What a page costs in which a reader checks a formula: written to benchmarks/results/check-page.md.

The page is that of the built book. Each first check is made in a profile of its own, over HTTP and from the
file: from the moment that the field is entered to the verdict. The later ones are the answers of tests/check,
right and wrong, each to its question, as by a reader who has looked at how the formula is read, and as by one
who does not wait for that. It needs Chromium. The first argument is the number of first checks of
either kind, 7 without one.
"""

import gzip
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/site"))
import visit
from chromium import chromium, served

from bptt.site import yours
from bptt.site.micropython.script import sources

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build/html"
PAGE = "chapters/check-yours.html"
RESULT = ROOT / "benchmarks/results/check-page.md"
FIRST, LATER = 1500, 50  # milliseconds at most: the first, and of the later ones 95 in 100
LARGEST = 500_000  # bytes by gzip at most
GLANCE = 500  # milliseconds from the last letter to the key that asks for the verdict

# Enters a formula and waits for the verdict; the page says by aria-busy that it thinks.
CHECK = """async ([question, formula, glance]) => {
  const place = [...document.querySelectorAll(".yours")].find((place) => place.dataset.question === question);
  const [text, reply] = [place.querySelector("textarea"), place.querySelector("[role=status]")];
  location.hash = new URLSearchParams({ question });
  await new Promise((done) => setTimeout(done, 0));
  text.value = formula;
  if (glance) {
    text.dispatchEvent(new Event("input"));
    await new Promise((done) => setTimeout(done, glance));
  }
  const begun = performance.now();
  const done = new Promise((done) => {
    const watch = new MutationObserver(() => reply.ariaBusy === "false" && (watch.disconnect(), done()));
    watch.observe(reply, { attributes: true });
  });
  text.focus();
  text.form.requestSubmit();
  await done;
  return [performance.now() - begun, reply.querySelector("strong")?.textContent ?? reply.textContent];
}"""


def answers() -> Iterator[tuple[str, str]]:
    for kind in ("right", "wrong"):
        for entry in yaml.safe_load((ROOT / f"tests/check/answers/{kind}.yml").read_text("utf-8")):
            if entry["target"] != "free":
                yield entry["target"], entry["text"]


def first(browser: Browser, address: str) -> float:
    """Time a first check, in milliseconds, in a profile that has nothing of the page yet."""
    with visit.context(browser, width=visit.NARROW) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return float(page.evaluate(CHECK, ["h[t]", "W @ g[t+1] + V.T @ (p[t] - onehot(y[t]))", 0])[0])


def later(browser: Browser, address: str, glance: int) -> tuple[list[float], list[float]]:
    """Time the first check of each question, which prepares it, and all others."""
    begun: set[str] = set()
    firsts: list[float] = []
    others: list[float] = []
    with visit.context(browser) as context:
        page = context.new_page()
        page.goto(address)
        for question, text in answers():
            spent, _ = page.evaluate(CHECK, [question, text, glance])
            (others if question in begun else firsts).append(spent)
            begun.add(question)
    return firsts, others


def at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def weights() -> Iterator[tuple[str, int]]:
    parts: dict[str, Any] = {
        "`check.js`: KaTeX, MicroPython, Python": (HTML / yours.PROGRAM).read_bytes(),
        "of which Python": "".join(sources().values()).encode(),
        "`check-yours.js`: what is seen": (HTML / yours.SCRIPT).read_bytes(),
    }
    for name, text in parts.items():
        yield name, len(gzip.compress(text))


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with chromium() as browser, served(HTML) as site:
        http = [first(browser, f"{site}/{PAGE}") for _ in range(count)]
        file = [first(browser, (HTML / PAGE).as_uri()) for _ in range(count)]
        (_, ready), (firsts, others) = (later(browser, f"{site}/{PAGE}", glance) for glance in (GLANCE, 0))
        version = browser.version
    sizes = dict(weights())
    whole = sum(size for name, size in sizes.items() if not name.startswith("of which"))
    rows = [
        ("first check, over HTTP", http, FIRST),
        ("first check, from the file", file, FIRST),
        ("first check of another question", firsts, None),
        (f"any later check, asked for {GLANCE / 1000:g} s after the last letter", ready, LATER),
        ("any later check, asked for at once", others, None),
    ]
    lines = [
        "# What a check in the page costs",
        "",
        f"`benchmarks/check_page.py` measured this in Chromium {version}, on {os.cpu_count()} cores "
        f"with a load of {os.getloadavg()[0]:.1f}, in milliseconds by the clock.",
        "A first check begins where the field is entered and nothing is loaded; it ends with the verdict.",
        "A later one begins with the key that asks for it: the page judges a formula as soon as it has shown "
        "how it reads it, and keeps the verdict until it is wanted.",
        "",
        "| | number | median | at the 95th percentile | most | wanted |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, times, most in rows:
        lines.append(
            f"| {name} | {len(times)} | {statistics.median(times):.0f} | {at(times, 0.95):.0f} "
            f"| {max(times):.0f} | {f'at most {most}' if most else ''} |"
        )
    lines += [
        "",
        "| bytes by gzip | |",
        "|---|---:|",
        *(f"| {name} | {size:,} |" for name, size in sizes.items()),
    ]
    lines += [f"| together, of at most {LARGEST:,} | {whole:,} |", ""]
    RESULT.write_text("\n".join(lines), "utf-8")
    print(RESULT.read_text("utf-8"))
    return int(whole > LARGEST or statistics.median(file) > FIRST or at(ready, 0.95) > LATER)


if __name__ == "__main__":
    sys.exit(main())
