"""`make serve`: what is saved is on the page, executed, and a build does not start the next one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import short_book
from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds for a build
CALM = 5  # seconds after which no further build is expected
CHAPTER = """
# A chapter

```{{code-cell}}
from pathlib import Path
print(Path({source!r}).read_text())
```
"""


@dataclass
class Server:
    """A book that is served while it is written."""

    book: Path
    port: int
    log: Path

    def page(self) -> str:
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/chapters/one.html").read().decode()
        except URLError:
            return ""

    def builds(self) -> int:
        """Count the builds after the first."""
        return self.log.read_text().count("Rebuilding...")

    def save(self, file: str, before: str, after: str) -> None:
        path = self.book / file
        path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


def wait_for(condition: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)


@contextmanager
def serving(folder: Path, unlike: str = "") -> Iterator[Server]:
    """Run `make serve` on a short book, as the Makefile has it but for one piece of it."""
    book = folder / "book"
    source = book / "src/bptt/__init__.py"
    short_book.write(book, "# A book\n", CHAPTER.format(source=str(source)))
    makefile = (ROOT / "Makefile").read_text()
    assert unlike in makefile
    (book / "Makefile").write_text(makefile.replace(unlike, ""))
    shutil.copy(ROOT / "requirements.txt", book)
    (book / ".venv").symlink_to(Path(sys.executable).parents[1])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    installed = [".venv/.dev", "node_modules/.package-lock.json"]
    command = ["make", *(f"--old-file={file}" for file in installed), "serve", f"PORT={port}"]
    log = folder / "log"
    with log.open("w") as output:
        make = subprocess.Popen(
            command, cwd=book, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        server = Server(book, port, log)
        try:
            wait_for(lambda: "A package." in server.page(), log)
            yield server
        finally:
            os.killpg(make.pid, signal.SIGINT)  # as Ctrl-C does
            make.wait(PATIENCE)


@pytest.mark.slow
def test_each_save_is_built_once_executed_and_sent_to_the_browser(tmp_path: Path) -> None:
    saves = [
        ("chapters/one.md", "# A chapter\n", "# Another title\n\n```{code-cell}\n6 * 7 * 11\n```\n"),
        ("src/bptt/__init__.py", "A package.", "A package that was changed."),
        ("_static/site.js", "// All", "// Nearly all"),
        ("_config.yml", "title: Unrolled", "title: Unfolded"),
    ]
    shown = [
        lambda: "Another title" in server.page() and "462" in server.page(),
        lambda: "A package that was changed." in server.page(),
        lambda: "// Nearly all" in (server.book / "_build/html/_static/site.js").read_text("utf-8"),
        lambda: "Unfolded</title>" in server.page(),
    ]
    with serving(tmp_path) as server, connect(f"ws://127.0.0.1:{server.port}/websocket-reload") as browser:
        for number, (save, condition) in enumerate(zip(saves, shown, strict=True), start=1):
            assert not condition()
            server.save(*save)
            assert browser.recv(PATIENCE) == "refresh"
            assert condition(), server.log.read_text()
            assert server.builds() == number
        assert not list((server.book / "_build/html").glob("**/*.doctree"))  # it is the site to publish
        time.sleep(CALM)
        assert server.builds() == len(saves), server.log.read_text()


@pytest.mark.slow
def test_a_build_that_starts_the_next_is_noticed(tmp_path: Path) -> None:
    with serving(tmp_path, unlike="--ignore conf.py") as server:
        server.save("chapters/one.md", "# A chapter", "# Another title")
        wait_for(lambda: server.builds() > 1, server.log)
