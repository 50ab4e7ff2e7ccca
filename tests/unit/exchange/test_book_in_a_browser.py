"""The book in a real browser, from a folder: its search finds, and nothing reaches the network."""

from __future__ import annotations

import html
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.selection import Selection
from inbox_app.exchange.exporting import export
from inbox_app.exchange.formats import FORMATS
from inbox_app.ingest.ingest import ingest
from inbox_app.storage import schema as s
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx
from tests.servers.fixtures import skipped_without_program
from tests.servers.programs import LOOPBACK, find_program
from tests.unit.ingest.tales import connect, said

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


class Listener:
    """Somebody on the network who would hear of every page that is opened."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.create_server((LOOPBACK, 0))
        self.address = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as one:
        yield one


@pytest.fixture
def chromium() -> str:
    with skipped_without_program():
        return str(find_program("chromium", "chromium"))


def opened(chromium: str, page: str, profile: Path) -> str:
    """The page as it stands when its scripts have run."""
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
    run = [*command, *quiet, "--virtual-time-budget=10000", "--dump-dom", page]
    return subprocess.run(run, check=True, capture_output=True, timeout=120).stdout.decode()


def hits(dom: str) -> list[str]:
    (listed,) = re.findall(r'<ol id="hits">(.*?)</ol>', dom, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<p>(.*?)</p>", listed, re.DOTALL)]


async def test_the_search_finds_without_a_network(
    sqlite_store: Store, tmp_path: Path, listener: Listener, chromium: str
) -> None:
    hostile = f'<img src="{listener.address}/a.png"><script src="{listener.address}/b.js"></script>'
    script = f"<script>document.title='run';fetch('{listener.address}/c')</script>"

    def fill(tx: Tx) -> None:
        account = connect(tx)
        texts = ("Un pâté della casa", "PATE, please", "cerâmica", "مرحبا بالعالم", hostile, script)
        ingest(tx, account, [said(f"c{place}", place, text=text) for place, text in enumerate(texts)])
        ingest(tx, account, [said("h", 90, text="letter", html="<p>x</p>")])
        tx.conn.execute(update(s.message).where(s.message.c.remote_id == "h").values(html=hostile + script))

    await sqlite_store.write(fill)
    out = tmp_path / "book"
    await export(sqlite_store, ColleagueId("me"), FORMATS["html"], Selection(), out, lambda _step: None)
    first = (out / "index.html").as_uri()
    found = opened(chromium, f"{first}#q=pate", tmp_path / "profile")
    assert hits(found) == ["Un pâté della casa", "PATE, please"]
    assert "2 messages found." in found
    assert "<mark>pâté</mark>" in found
    assert hits(opened(chromium, f"{first}#q=rAmi", tmp_path / "profile")) == ["cerâmica"]
    assert len(hits(opened(chromium, f"{first}#q=%D8%A8%D8%A7%D9%84", tmp_path / "profile"))) == 1
    assert "Nothing found." in opened(chromium, f"{first}#q=absent", tmp_path / "profile")
    assert hits(opened(chromium, f"{first}#q=script", tmp_path / "profile")) == [hostile, script]
    for page in sorted((out / "book").glob("2026*.html")):
        assert "<title>run" not in opened(chromium, page.as_uri(), tmp_path / "profile")
    assert listener.heard == 0
