"""The fonts of the site, written where no folder is yet and over those of the build before."""

from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

from bptt.site import katex, typeface


def test_the_text_face_is_written_by_every_build(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "@fontsource" / "source-serif-4"
    (package / "files").mkdir(parents=True)
    (package / "LICENSE").write_text("its licence")
    cuts = {f"source-serif-4-latin-{weight}-{style}.woff2": style for weight, style in typeface.CUTS}
    for file in cuts:
        (package / "files" / file).write_bytes(file.encode())
    app = SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "site", add_css_file=lambda file: None)
    for _ in range(2):
        typeface.write_face(app)
    written = (tmp_path / "site/_static/fonts/source-serif-4.css").read_text()
    assert [f"base64,{b64encode(file.encode()).decode()}" in written for file in cuts] == [True] * 3
    assert (tmp_path / "site/_static/fonts/source-serif-4-LICENSE").read_text() == "its licence"


def test_the_style_of_formulas_is_copied_by_every_build_with_one_kind_of_fonts(tmp_path: Path) -> None:
    source, target = tmp_path / "dist", tmp_path / "site" / "katex"
    (source / "fonts").mkdir(parents=True)
    for kind in ("woff2", "woff", "ttf"):
        (source / "fonts" / f"Main.{kind}").write_text(kind)
    (source / "katex.min.css").write_text(
        'src:url(fonts/Main.woff2) format("woff2"),url(fonts/Main.woff) format("woff"),'
        'url(fonts/Main.ttf) format("truetype");font-display:block'
    )
    for _ in range(2):
        katex.copy_style(source, target)
    style = (target / "katex.min.css").read_text()
    assert style == 'src:url(fonts/Main.woff2) format("woff2");font-display:swap'
    assert [font.name for font in (target / "fonts").iterdir()] == ["Main.woff2"]
