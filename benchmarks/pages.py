"""What a page of the book weighs and costs a browser, against the same page by Jupyter Book's own settings.

The page has 40 formulas of their own and 60 in a line, with text and code. It is built with the book's
settings, and with Jupyter Book's, by which MathJax sets formulas in the browser. Both sites are served from
this machine, and nothing else is reached. It needs Chromium, and npm's registry for MathJax. The first
argument is the number of visits to each, 7 without one. If the book is built, each of its pages is weighed.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser

# The tests know how to make a short book, and how to weigh a page.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests/site"))
import short_book
from chromium import chromium, served
from visit import PAGES, Visit
from weight import HEAVIEST, Weight, weight

from bptt.site.pdf import CannotPrint

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
MATHJAX = "mathjax@3.2.2"
PAGE = "chapters/one.html"
MUST = {"bytes (gzip)": 0.3, "script (ms)": 0.5}
SHIFT = 0.01

# typical of the book; a number takes the place of @
DISPLAY = [
    r"\frac{\partial L}{\partial h^{(@)}} = W^\top \operatorname{diag}\!\left(1 - (h^{(@)})^2\right) g",
    r"\frac{\partial L}{\partial W} = \sum_{t=1}^{@} \operatorname{diag}\!\left(1 - (h^{(t)})^2\right) g",
    r"\frac{\partial L}{\partial a_{@j}} = \sum_{k=1}^{m} \frac{\partial L}{\partial c_{@k}}\, b_{jk}",
    r"h^{(@)} = \tanh\!\left(b + W h^{(@-1)} + U x^{(@)}\right)",
    r"\prod_{s=@}^{T} \frac{\partial h^{(s)}}{\partial h^{(s-1)}} = \prod_{s=@}^{T} D^{(s)} W, \quad @ \le T",
    r"C = \begin{pmatrix} a_{1@} & a_{12} & a_{13} \\ a_{2@} & a_{22} & a_{23} \end{pmatrix} B",
    r"\hat y_i^{(@)} = \frac{\exp o_i^{(@)}}{\sum_{j} \exp o_j^{(@)}}",
    r"\left\| J_@ \right\| \le \gamma_@ \left\| W \right\|, \quad \frac{f(x + i \delta_@)}{\delta_@}",
]
INLINE = [
    r"h^{(@)}",
    r"W^\top g^{(@)}",
    r"\frac{\partial L}{\partial a_{@}}",
    r"1 \le t < T_{@}",
    r"\operatorname{diag}(1 - (h^{(@)})^2)",
    r"x \in \mathbb{R}^{n \times @}",
]
PARAGRAPH = """The state ${}$ reaches the loss by two arrows, so that its gradient is a sum of two terms.
The second, ${}$, is zero at the end of the sequence, and ${}$ carries what the later steps know.
Each entry can be read off the product of a row and a column, and the sizes of both sides agree.
"""
CODE = "```{{code-cell}}\nA = [[{0}, 1, 2], [3, 4, 5]]\nB = list(zip(*A))\nB[{0} % 3]\n```\n"
DEFAULT = """title: Unrolled
author: The Unrolled authors
parse: {myst_enable_extensions: [dollarmath, amsmath, colon_fence]}
sphinx: {config: {mathjax_path: mathjax/tex-mml-chtml.js}}
"""

# What a browser says of a visit: how far the page moved, and when its largest part was painted.
OBSERVE = """
window.seen = {shift: 0, painted: 0};
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) seen.shift += entry.value;
})).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  seen.painted = entry.startTime;
})).observe({type: "largest-contentful-paint", buffered: true});
"""
SETTLED = "async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }"
FORMULAS = "() => document.querySelectorAll('.katex, mjx-container').length"
ASK = "() => ({...seen, loaded: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd})"


def chapter() -> str:
    """Write the page: after each formula of its own a paragraph, and every fifth time some code."""
    inline = (latex.replace("@", str(n)) for n, latex in enumerate(islice(cycle(INLINE), 60)))
    parts = ["# A page to be measured\n"]
    for n, latex in enumerate(islice(cycle(DISPLAY), 40)):
        if n % 8 == 0:
            parts.append(f"## Section {n // 8 + 1}\n")
        parts.append(f"$$ {latex.replace('@', str(n))} $$ (eq-{n})\n")
        if n % 2:
            parts.append(PARAGRAPH.format(*islice(inline, 3)))
        if n % 5 == 0:
            parts.append(CODE.format(n))
    return "\n".join(parts)


def make_site(book: Path) -> Path:
    done = subprocess.run([BIN / "jupyter-book", "build", book], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return book / "_build/html"


def with_own_settings(folder: Path) -> Path:
    return make_site(short_book.write(folder, "# A book\n", chapter()))


def with_default_settings(folder: Path) -> Path:
    """Build the same page as Jupyter Book does by itself, but for MathJax, which comes with the site."""
    book = short_book.write(folder / "book", "# A book\n", chapter())
    for place in ("_static", "_templates"):
        shutil.rmtree(book / place)
    (book / "_config.yml").write_text(DEFAULT)
    done = subprocess.run(
        [BIN / "npm", "install", "--prefix", folder, "--no-save", MATHJAX], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"MathJax cannot be installed, so there is nothing to compare with: {done.stderr.strip()}")
    site = make_site(book)
    shutil.copytree(folder / "node_modules/mathjax/es5", site / "_static/mathjax")
    return site


def weigh(browser: Browser, address: str) -> Weight:
    """Open a page with an empty cache and weigh all that it loads."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    found = weight(Visit(page, address).answers)
    page.close()
    return found


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Open a page with an empty cache, wait until it is set, and ask what that took."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    asked = page.context.new_cdp_session(page)
    asked.send("Performance.enable")
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="networkidle")
    page.evaluate(SETTLED)
    if (found := page.evaluate(FORMULAS)) != 100:
        sys.exit(f"{found} formulas are set at {address}, not 100")
    counted = {item["name"]: item["value"] for item in asked.send("Performance.getMetrics")["metrics"]}
    seen = page.evaluate(ASK)
    page.close()
    return {
        "script (ms)": 1000 * counted["ScriptDuration"],
        "layout and style (ms)": 1000 * (counted["LayoutDuration"] + counted["RecalcStyleDuration"]),
        "all work (ms)": 1000 * counted["TaskDuration"],
        "DOM loaded (ms)": seen["loaded"],
        "largest paint (ms)": seen["painted"],
        "layout shift": seen["shift"],
    }


def spread(values: list[float], digits: int) -> str:
    median, least, most = statistics.median(values), min(values), max(values)
    return f"{median:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def compare(browser: Browser, own: str, default: str, visits: int) -> int:
    """Print the page of the book beside Jupyter Book's, and count the targets that were missed."""
    weights = [weigh(browser, address) for address in (own, default)]
    print(f"{'':24}{'the book':>24}{'Jupyter Book':>26}{'ratio':>8}")
    print(f"{'requests':24}{weights[0].requests:24}{weights[1].requests:26}")
    ratios = {}
    for name, size in (("bytes", lambda w: w.raw), ("bytes (gzip)", lambda w: w.gzip)):
        ours, theirs = map(size, weights)
        ratios[name] = ours / theirs
        print(f"{name:24}{ours:24,}{theirs:26,}{ratios[name]:8.2f}")
    pairs = [(visit(browser, own), visit(browser, default)) for _ in range(visits)]
    for name in pairs[0][0]:
        digits = 4 if name == "layout shift" else 0
        ours, theirs = ([pair[side][name] for pair in pairs] for side in (0, 1))
        ratios[name] = statistics.median(ours) / statistics.median(theirs) if any(theirs) else 0
        print(f"{name:24}{spread(ours, digits):>24}{spread(theirs, digits):>26}{ratios[name]:8.2f}")
    missed = [f"{name} at most {most}" for name, most in MUST.items() if ratios[name] > most]
    if statistics.median(pair[0]["layout shift"] for pair in pairs) >= SHIFT:
        missed.append(f"layout shift below {SHIFT}")
    print(f"missed: {', '.join(missed)}" if missed else "no target missed")
    return len(missed)


def weigh_book(browser: Browser, site: Path) -> int:
    """Print what each page of the book weighs, and count those that are too heavy."""
    with served(site) as address:
        weights = {page: weigh(browser, f"{address}/{page}") for page in PAGES}
    print(f"\n{'page':50}{'requests':>10}{'bytes (gzip)':>15}")
    for page, found in weights.items():
        print(f"{page:50}{found.requests:10}{found.gzip:15,}")
    return sum(found.gzip > HEAVIEST for found in weights.values())


def main() -> int:
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    try:
        with chromium() as browser, tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            own, default = with_own_settings(folder / "own"), with_default_settings(folder / "default")
            with served(own) as ours, served(default) as theirs:
                missed = compare(browser, f"{ours}/{PAGE}", f"{theirs}/{PAGE}", visits)
            if (ROOT / "_build/html").exists():
                missed += weigh_book(browser, ROOT / "_build/html")
            return missed
    except CannotPrint as error:
        print(error)
        return 0


if __name__ == "__main__":
    sys.exit(main())
