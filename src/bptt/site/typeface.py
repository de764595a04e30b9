"""Serve the text face from the site itself: Source Serif 4, of which the pages use three cuts.

The cuts stand in the style sheet: text is never set in another face first and then moved, and a browser
that refuses font files to a page opened as a file shows them too.
"""

import shutil
from base64 import b64encode
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

CUTS = [(400, "normal"), (400, "italic"), (600, "normal")]  # Latin letters and punctuation only
FACE = """@font-face {{
  font-family: "Source Serif 4"; font-weight: {weight}; font-style: {style}; font-display: optional;
  src: url("data:font/woff2;base64,{font}") format("woff2");
}}
"""


def write_face(app: Sphinx) -> None:
    package = Path(app.srcdir) / "node_modules" / "@fontsource" / "source-serif-4"
    if not package.exists():
        raise ExtensionError("the text face is not installed: run `npm ci` first")
    target = Path(app.outdir) / "_static" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    (target / "source-serif-4.css").write_text("".join(face(package, *cut) for cut in CUTS), "utf-8")
    shutil.copy2(package / "LICENSE", target / "source-serif-4-LICENSE")  # it goes where the fonts go
    app.add_css_file("fonts/source-serif-4.css")


def face(package: Path, weight: int, style: str) -> str:
    file = package / "files" / f"source-serif-4-latin-{weight}-{style}.woff2"
    return FACE.format(weight=weight, style=style, font=b64encode(file.read_bytes()).decode())


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", write_face)
