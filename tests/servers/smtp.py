"""A submission server for tests that really delivers: STARTTLS and AUTH in front, Dovecot's LMTP behind.

It runs in a thread (`SmtpServer`), or with `python -m tests.servers.smtp` in a process of its own (`smtp_process.py`).
https://www.rfc-editor.org/rfc/rfc6409
"""

import asyncio
import imaplib
import logging
import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.background import BackgroundLoop
from tests.servers.programs import LOOPBACK, free_port
from tests.servers.smtp_faults import Fault, FaultPlan, Manner, Rule, Stage, always
from tests.servers.smtp_log import Accepted, AcceptedLog

_LARGEST = 30 * 2**20
_SECONDS = 10.0

# aiosmtpd warns of an attribute of its own that it sets itself at each sign-in.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class MailStore:
    """Where accepted mail goes and where passwords are checked: the ports of a Dovecot."""

    imap_port: int
    lmtp_port: int

    def knows(self, user: str, password: str) -> bool:
        with imaplib.IMAP4(LOOPBACK, self.imap_port, timeout=_SECONDS) as imap:
            try:
                imap.login(user, password)
            except imaplib.IMAP4.error:
                return False
        return True

    def refusal(self, recipient: str) -> str | None:
        """Why the store takes no mail for this recipient, as an SMTP reply; None when it does."""
        with smtplib.LMTP(LOOPBACK, self.lmtp_port, timeout=_SECONDS) as lmtp:
            lmtp.ehlo_or_helo_if_needed()
            lmtp.mail("")
            code, text = lmtp.rcpt(recipient)
        return None if code == 250 else f"{code} {text.decode(errors='replace')}"

    def deliver(self, sender: str, recipients: list[str], raw: bytes) -> None:
        with smtplib.LMTP(LOOPBACK, self.lmtp_port, timeout=_SECONDS) as lmtp:
            lmtp.sendmail(sender, recipients, raw)


class Submission:
    """What happens at each step of a send (the handler of aiosmtpd)."""

    def __init__(self, store: MailStore, log: AcceptedLog, faults: FaultPlan) -> None:
        self._store = store
        self._log = log
        self._faults = faults

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if fault := self._faults.take(Stage.MAIL, address):
            return await _go_wrong(fault, server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if fault := self._faults.take(Stage.RCPT, envelope.mail_from or "", [*envelope.rcpt_tos, address]):
            return await _go_wrong(fault, server)
        if refusal := await asyncio.to_thread(self._store.refusal, address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        sender, recipients, raw = envelope.mail_from or "", envelope.rcpt_tos, _raw(envelope)
        if fault := self._faults.take(Stage.DATA, sender, recipients, raw):
            return await _go_wrong(fault, server)
        # In one thread: a client that dies here cancels this task, and what was delivered must be in the log.
        await asyncio.to_thread(self._take_over, sender, recipients, raw)
        if fault := self._faults.take(Stage.ACCEPTED, sender, recipients, raw):
            return await _go_wrong(fault, server)
        return "250 2.0.0 Accepted"

    def _take_over(self, sender: str, recipients: list[str], raw: bytes) -> None:
        self._store.deliver(sender, recipients, raw)
        self._log.append(sender, recipients, raw)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if (fault := self._faults.take(Stage.AUTH)) and not isinstance(fault.answer, Manner):
            return AuthResult(success=False, handled=False, message=fault.answer)
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        # `handled=False` lets aiosmtpd answer 535; with True it would answer nothing at all.
        return AuthResult(success=self._store.knows(data.login.decode(), data.password.decode()), handled=False)


async def _go_wrong(fault: Fault, server: SMTP) -> str:
    """The refusing reply; where there is none, end the connection or wait until the client does."""
    if fault.answer == Manner.CLOSE:
        _abort(server.transport)
    if isinstance(fault.answer, Manner):
        # aiosmtpd cancels this task when the connection is lost.
        await asyncio.Event().wait()
    return fault.answer


def _raw(envelope: Envelope) -> bytes:
    content = envelope.original_content
    if not isinstance(content, bytes):
        raise TypeError("aiosmtpd was told not to decode")
    return content


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


class _DroppedAtConnect(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        _abort(transport)


class SmtpServer:
    """A submission server in a thread of this process, for the users and passwords of a mail store.

    `port` speaks STARTTLS, `tls_port` TLS from the first byte; neither takes mail without a password.
    """

    host = LOOPBACK
    left_out: tuple[str, ...] = ("LOGIN",)
    """Ways to sign in that it does not offer: with one alone a client has nothing else to try after a refusal."""

    def __init__(
        self,
        store: MailStore,
        tls: ssl.SSLContext,
        log: Path,
        port: int | None = None,
        tls_port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.tls_port = tls_port or free_port()
        self._log = AcceptedLog(log)
        self._faults = FaultPlan()
        self._tls = tls
        self._handler: Submission = Submission(store, self._log, self._faults)
        self._background: BackgroundLoop | None = None
        self._connections: WeakSet[SMTP] = WeakSet()

    @property
    def accepted(self) -> list[Accepted]:
        """Every message it took responsibility for, oldest first."""
        return self._log.read()

    def fail(self, fault: Fault, times: int = 1, rule: Rule = always) -> None:
        """Go wrong in this way the next `times` times that the rule says yes."""
        self._faults.add(fault, times, rule)

    def start(self) -> None:
        self._background = BackgroundLoop("smtp")
        self._listeners = self._background.run(self._listen())

    def stop(self) -> None:
        """End every connection, and refuse new ones until `start`."""
        if self._background is not None:
            self._background.run(self._end())
            self._background.stop()
            self._background = None

    async def _listen(self) -> list[asyncio.Server]:
        loop = asyncio.get_running_loop()
        return [
            await loop.create_server(self._answer_plainly, self.host, self.port),
            await loop.create_server(self._answer_in_tls, self.host, self.tls_port, ssl=self._tls),
        ]

    async def _end(self) -> None:
        for listener in self._listeners:
            listener.close()
        for connection in self._connections:
            _abort(connection.transport)

    def _answer_plainly(self) -> asyncio.Protocol:
        return self._answer(tls_context=self._tls, require_starttls=True)

    def _answer_in_tls(self) -> asyncio.Protocol:
        # aiosmtpd knows only of TLS that it started itself, so here it must not ask for it.
        return self._answer(auth_require_tls=False)

    def _answer(
        self,
        tls_context: ssl.SSLContext | None = None,
        require_starttls: bool = False,
        auth_require_tls: bool = True,
    ) -> asyncio.Protocol:
        if self._faults.take(Stage.CONNECT):
            return _DroppedAtConnect()
        connection = SMTP(
            self._handler,
            hostname="localhost",
            tls_context=tls_context,
            require_starttls=require_starttls,
            auth_require_tls=auth_require_tls,
            authenticator=self._handler.authenticate,
            auth_exclude_mechanism=self.left_out,
            enable_SMTPUTF8=True,
            data_size_limit=_LARGEST,
        )
        self._connections.add(connection)
        return connection
