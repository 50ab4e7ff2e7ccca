"""What encryption costs: the same work on an encrypted workspace and on a plain one, in turn."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.ids import ColleagueId
from inbox_app.domain.search_query import parse
from inbox_app.domain.timecode import from_ms
from inbox_app.paths import WorkspaceAddress
from inbox_app.sealing.key import ContentKey, make_content_key
from inbox_app.storage import conversations, converting, tallies
from inbox_app.storage.creation import ME
from inbox_app.storage.laid_files import LaidFiles
from inbox_app.storage.opening import open_database
from inbox_app.storage.search import search
from inbox_app.storage.writer import Writer
from tests.bench.corpus import Corpus, Told, batches, home, open_writer, take_in
from tests.bench.ratio import Figure, compare, cpu, figure

ROUNDS = 5
_ME = ColleagueId(ME)
_LARGE = 8 * 2**20


def measure(corpus: Corpus) -> list[Figure]:
    """Encrypted to plain, each way in and out."""
    with tempfile.TemporaryDirectory(dir=corpus.folder.parent) as folder:
        plain = corpus.copy(Path(folder, "plain")).address
        sealed = converting.convert(
            corpus.copy(Path(folder, "sealed")).address, make_content_key(), lambda _words: None
        )
        return [
            _opening(sealed, plain),
            *_reading(sealed, plain),
            _ingest(corpus, sealed, plain),
            *_files(Path(folder)),
        ]


def _opening(sealed: WorkspaceAddress, plain: WorkspaceAddress) -> Figure:
    def begin(address: WorkspaceAddress) -> None:
        database = open_database(address, create=False, now=0)
        with database.connect_reader() as connection:
            tallies.sidebar_counts(connection, _ME)
        database.close()

    return compare("E", "opening and counting, encrypted / plain", None, partial(begin, sealed), partial(begin, plain))


def _reading(sealed: WorkspaceAddress, plain: WorkspaceAddress) -> list[Figure]:
    asked: list[tuple[str, Callable[[Connection], object]]] = [
        ("first page", lambda conn: conversations.page(conn, _ME, EVERYTHING)),
        ("50 hits of a common word", lambda conn: search(conn, parse("shop", from_ms(0)), _ME, None, 50)),
        ("a part of a word", lambda conn: search(conn, parse("hop", from_ms(0)), _ME, None, 50)),
        ("all read once", lambda conn: conn.exec_driver_sql("SELECT sum(length(body)) FROM message_text").scalar()),
    ]
    with ExitStack() as stack:
        ours, floor = (
            stack.enter_context(closing(open_database(one, create=False, now=0).connect_reader()))
            for one in (sealed, plain)
        )
        return [
            compare("E", f"{name}, encrypted / plain", None, partial(ask, ours), partial(ask, floor))
            for name, ask in asked
        ]


def _ingest(corpus: Corpus, sealed: WorkspaceAddress, plain: WorkspaceAddress) -> Figure:
    news, pairs = corpus.news(), []
    with closing(open_writer(sealed)) as ours, closing(open_writer(plain)) as floor:
        for _round in range(ROUNDS):
            told = list(islice(news, corpus.later // ROUNDS))
            pairs.append((_taking(ours, told), _taking(floor, told)))
    return figure("E", "ingest of new messages, encrypted / plain", None, pairs)


def _taking(writer: Writer, told: list[Told]) -> float:
    return cpu(partial(take_in, writer, list(batches(home(writer), told))))


def _files(folder: Path) -> list[Figure]:
    content = os.urandom(_LARGE)
    digest = hashlib.sha256(content).hexdigest()

    def lay(key: ContentKey | None) -> None:
        files = LaidFiles(folder / ("sealed-files" if key else "plain-files"), key)
        files.remove(digest)
        files.write(content)

    def read(key: ContentKey | None) -> None:
        with LaidFiles(folder / ("sealed-files" if key else "plain-files"), key).open(digest) as file:
            while file.read(1 << 20):
                pass

    key = make_content_key()
    return [
        compare("E", "an attachment of 8 MiB kept, encrypted / plain", None, partial(lay, key), partial(lay, None)),
        compare("E", "the same read, encrypted / plain", None, partial(read, key), partial(read, None)),
    ]
