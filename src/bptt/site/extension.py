"""Build the site: a Sphinx extension with what the book needs beyond Jupyter Book's defaults.

The notebooks are executed first. A notebook that fails, two displays that contradict each other, a formula
that KaTeX cannot read and a missing page stop the build.
"""

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sqlalchemy import Engine, event

from bptt.site import (
    displays,
    downloads,
    folds,
    katex,
    landing,
    living,
    notebooks,
    references,
    search,
    standalone,
    typeface,
    yours,
)

Context = dict[str, Any]  # what a page's template sees


def choose_cache(app: Sphinx, config: Config) -> None:
    """Let the pages read the outputs that belong to the present state of the book."""
    config["nb_execution_cache_path"] = str(notebooks.cache_path(Path(app.srcdir)))


def watch_style(app: Sphinx, config: Config) -> None:
    """Write the pages again when their style changes: Sphinx copies nothing if no page is out of date.

    So too when a reference changes, whose author and year stand where it is cited.
    """
    shared = ("_static", "_templates", "package-lock.json", "references.bib")
    config["style_state"] = notebooks.state_of(Path(app.srcdir), *shared)


def execute_notebooks(app: Sphinx) -> None:
    failures = notebooks.execute(Path(app.srcdir))
    if failures:
        raise ExtensionError(notebooks.report(failures))


def compare_displays(app: Sphinx) -> None:
    try:
        displays.check(notebooks.outputs(Path(app.srcdir)))
    except displays.Collision as error:
        raise ExtensionError(str(error)) from error


def offer_notebook(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:
    if (Path(app.outdir) / "_sources" / f"{page}.ipynb").exists():
        context["ipynb_source"] = f"{page}.ipynb"


def drop_repeated_scripts(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:
    """Keep the first of each script: an inline `const` that comes twice is an error in the browser."""
    scripts: dict[str, Any] = {}
    for script in context["script_files"]:
        scripts.setdefault(script.filename or script.attributes.get("body"), script)
    context["script_files"] = list(scripts.values())


# The scripts, which Jupyter Book gives to every page, that are of use only where there is such a thing.
OF_USE = {living.SCRIPT: living.Figure, yours.SCRIPT: yours.Question}


def drop_idle_scripts(
    app: Sphinx, page: str, template: str, context: Context, doctree: nodes.document | None
) -> None:
    """Keep a script to the pages that have what it is for."""

    def is_of_use(script: Any) -> bool:
        thing = OF_USE.get(script.filename)
        return not thing or (doctree is not None and any(doctree.findall(thing)))

    context["script_files"] = list(filter(is_of_use, context["script_files"]))


def describe(app: Sphinx, page: str, template: str, context: Context, doctree: nodes.document | None) -> None:
    """Say where the site is, and what a page is about: its first paragraph in words alone, or the project."""
    context["site_address"] = app.config.html_baseurl
    found = (node for node in (doctree.findall(nodes.paragraph) if doctree else ()) if is_prose(node))
    first = next((node.astext() for node in found), "") or downloads.project(Path(app.srcdir))["description"]
    context["description"] = " ".join(first.split())


def is_prose(node: nodes.paragraph) -> bool:
    return isinstance(node.parent, nodes.section) and not any(node.findall(nodes.math))


SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}
</urlset>
"""


def write_sitemap(app: Sphinx) -> None:
    """List the pages for search engines, which need the site's address: `html: baseurl` in _config.yml."""
    found = [f"{app.config.html_baseurl}{page}.html" for page in notebooks.pages(Path(app.srcdir))]
    lines = "\n".join(f"<url><loc>{escape(address)}</loc></url>" for address in found)
    (Path(app.outdir) / "sitemap.xml").write_text(SITEMAP.format(lines), "utf-8")


def missing_pages(root: Path, site: Path) -> list[str]:
    """Name the pages of the table of contents that the site does not have."""
    return [page for page in notebooks.pages(root) if not (site / f"{page}.html").is_file()]


def remove_old_pages(app: Sphinx) -> None:
    """Remove what an earlier build wrote of pages that have left the book: Sphinx lets them stand."""
    site = Path(app.outdir)
    kept = {*app.env.found_docs, *app.config.html_additional_pages, "search"}
    for file in site.rglob("*.html"):
        page = file.relative_to(site).as_posix().removesuffix(".html")
        if page not in kept and not page.startswith("_static/"):
            file.unlink()


def compare_with_contents(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    remove_old_pages(app)
    if missing := missing_pages(Path(app.srcdir), Path(app.outdir)):
        raise ExtensionError(f"in _toc.yml, but not in the site: {', '.join(missing)}")


def strip_style_sheet(app: Sphinx, error: Exception | None) -> None:
    """Send the style sheet without its comments, a fifth of it, which no reader of a page needs."""
    sheet = Path(app.outdir) / "_static/custom.css"
    if not error and sheet.exists():
        sheet.write_text(re.sub(r"\s*/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL), "utf-8")


def close_databases(app: Sphinx) -> None:
    """Close the cache when the build ends, which MyST-NB opens once more for each page and never closes."""
    opened = ExitStack()

    def remember(connection: Any, record: object) -> None:
        opened.callback(connection.close)

    def close(app: Sphinx, error: Exception | None) -> None:
        event.remove(Engine, "connect", remember)
        opened.close()

    event.listen(Engine, "connect", remember)
    app.connect("build-finished", close)


def setup(app: Sphinx) -> dict[str, Any]:
    close_databases(app)
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book always sets it
    app.add_config_value("style_state", "", "html")
    app.connect("config-inited", choose_cache)
    app.connect("config-inited", watch_style)
    app.connect("builder-inited", execute_notebooks, priority=100)  # before anything that reads outputs
    app.connect("builder-inited", compare_displays, priority=200)
    katex.setup(app)
    typeface.setup(app)
    folds.setup(app)
    landing.setup(app)
    living.setup(app)
    references.setup(app)
    search.setup(app)
    yours.setup(app)
    app.connect("builder-inited", downloads.write_downloads)
    app.connect("env-get-updated", standalone.write_notebooks, priority=900)  # when all is numbered
    app.connect("builder-inited", write_sitemap)
    app.connect("html-page-context", offer_notebook)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", drop_repeated_scripts, priority=950)  # when all have added theirs
    app.connect("html-page-context", drop_idle_scripts, priority=960)
    app.connect("build-finished", compare_with_contents)
    app.connect("build-finished", strip_style_sheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
