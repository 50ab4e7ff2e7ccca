"""The line to an IMAP server: made step by step so that each can be reported, and bounded in what it takes in.

The libraries read literals of any size a server announces; this stands between and counts.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.response_parser import parse_fetch_response

from connectors.email.failures import explain, not_understood
from connectors.email.settings import Security, Server
from connectors.email.trust import check_pin, context_for
from inbox_app.contract.errors import BadAnswer
from inbox_app.contract.login import CheckState, CheckStep
from inbox_app.contract.texts import _

CONNECT_SECONDS = 20.0
READ_SECONDS = 30.0
ANSWER_BYTES = 16 * 2**20
"""What one command may bring in unless more was announced: a million short lines."""

Note = Callable[[CheckStep], None]


@contextmanager
def checked(note: Note, name: str) -> Iterator[None]:
    """Report one step of the connection test: running, then passed or failed."""
    note(CheckStep(name, CheckState.RUNNING))
    try:
        yield
    except BaseException as error:
        note(CheckStep(name, CheckState.FAILED, str(error)))
        raise
    note(CheckStep(name, CheckState.PASSED))


def open_socket(server: Server, trust: ssl.SSLContext, note: Note) -> socket.socket:
    """A connected socket, with TLS where the server starts with it. Raises `Offline`."""
    with checked(note, _("Find the {server}").format(server=server)), _explained(server):
        socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    with checked(note, _("Connect to port {port}").format(port=server.port)), _explained(server):
        line = socket.create_connection((server.host, server.port), timeout=CONNECT_SECONDS)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if server.security is not Security.TLS:
        return line
    return _encrypt(line, server, trust, note)


def _encrypt(line: socket.socket, server: Server, trust: ssl.SSLContext, note: Note) -> ssl.SSLSocket:
    try:
        with checked(note, _("Check the certificate of the {server}").format(server=server)), _explained(server):
            # The plain socket is empty from here on, and would be closed in vain.
            line = encrypted = context_for(server, trust).wrap_socket(line, server_hostname=server.host)
            check_pin(server, encrypted)
            return encrypted
    except BaseException:
        line.close()
        raise


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise explain(error, server) from error


class BoundedLine(imaplib.IMAP4):
    """The standard library's IMAP over a socket of ours; it refuses to read more than is allowed."""

    def __init__(self, line: socket.socket, server: Server) -> None:
        self._line = line
        self._server = server
        self._left = ANSWER_BYTES
        super().__init__(server.host, server.port)

    def allow(self, size: int) -> None:
        """From here on at most `size` bytes may come in."""
        self._left = size

    def read(self, size: int) -> bytes:
        """A literal: its size is what the server claims."""
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line; the library bounds its length."""
        line = super().readline()
        self._take(len(line))
        return line

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._line

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise not_understood(self._server)


class BoundedClient(IMAPClient):
    """IMAPClient over a `BoundedLine`."""

    def __init__(self, line: socket.socket, server: Server) -> None:
        self._line = line
        self._server = server
        self.tells_removals = False
        """Whether it said yes to QRESYNC: which mails were removed can be asked for."""
        super().__init__(server.host, server.port, ssl=False, timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS))
        self.normalise_times = False
        self._imap.debug = 0  # the library would hand every line to the log

    def allow(self, size: int = ANSWER_BYTES) -> None:
        """Allow the next command to bring in this many bytes."""
        self.bounded.allow(size)

    def flags_changed(self, last: int, modseq: int) -> tuple[Mapping[int, Mapping[bytes, object]], str]:
        """Of mails up to `last` the flags that changed after `modseq`, and the UIDs removed, where that is told.

        The library does not know what was removed. https://www.rfc-editor.org/rfc/rfc7162#section-3.2.6
        """
        removals = " VANISHED" if self.tells_removals else ""
        typ, said = self.bounded.uid("FETCH", f"1:{last}", "(FLAGS)", f"(CHANGEDSINCE {modseq}{removals})")
        if typ != "OK":
            raise imaplib.IMAP4.error(f"FETCH command error: {typ} {said!r}")
        _typ, removed = self.bounded.response("VANISHED")
        gone = [one.rpartition(b" ")[2].decode("ascii") for one in removed if isinstance(one, bytes)]
        return parse_fetch_response(said, self.normalise_times), ",".join(gone)

    @property
    def bounded(self) -> BoundedLine:
        """The line below."""
        assert isinstance(self._imap, BoundedLine)  # noqa: S101 - made so by _create_IMAP4
        return self._imap

    def abort(self) -> None:
        """Break the line from any thread: whoever reads from it gets an end of file at once."""
        with suppress(OSError):
            socket.socket.shutdown(self.socket(), socket.SHUT_RDWR)

    def release(self) -> None:
        """Close the socket; only while nobody reads from it."""
        with suppress(OSError):
            self.shutdown()

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        return BoundedLine(self._line, self._server)


def is_nonsense(error: BaseException) -> bool:
    """Whether an aborted dialogue ended by an answer outside the protocol, not by the line's end."""
    return isinstance(error, BadAnswer) or "unexpected" in str(error)
