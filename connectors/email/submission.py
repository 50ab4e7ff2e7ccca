"""Handing a mail to the SMTP server, exact about the step at which it went wrong.

Until the final dot of DATA is written nothing can have been taken; after it only the server's answer tells.
https://www.rfc-editor.org/rfc/rfc6409, https://www.rfc-editor.org/rfc/rfc5321#section-4.2.5
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import aiosmtplib

from connectors.email.access import Access, Bearer, Credential, let_in
from connectors.email.failures import (
    clean_said,
    explain,
    not_understood,
    password_refused,
    quote_said,
    starttls_missing,
    token_refused,
)
from connectors.email.line import Note, checked
from connectors.email.settings import Security, Server
from connectors.email.smtp_sign_in import give_password, give_token
from connectors.email.trust import check_pin, context_for
from inbox_app.contract.errors import Busy, ConnectorError, Offline, Rejected, SignInNeeded, Unsure
from inbox_app.contract.texts import _

_log = logging.getLogger(__name__)

STEP_SECONDS = 30.0
ANSWER_SECONDS = 300.0
"""How long the answer to the final dot may take; RFC 5321 asks for ten minutes, virus scanners for two."""
_PIECE = 64 * 1024
_OUR_NAME = "[127.0.0.1]"
"""What we say in EHLO: the computer's own name is nobody's business."""
_LINE_START_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom; the frozen mail itself is in `raw`."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """One account's SMTP server; every call makes a connection of its own and ends it."""

    server: Server
    access: Access
    trust: ssl.SSLContext

    async def check(self, note: Note) -> None:
        """Connect, encrypt and sign in, each step reported."""
        async with self._signed_in(note):
            pass

    async def submit(self, envelope: Envelope, note: Note) -> str:
        """Hand the mail over; the server's words of acceptance.

        Raises `Offline`, `Busy`, `Rejected` or `SignInNeeded` when it was not taken, `Unsure` when nobody knows.
        Cancelled before the final dot it says `Offline` too: whoever ends us must hear that nothing was sent.
        """
        dotted = False
        try:
            async with self._signed_in(note) as smtp:
                with self._not_sent():
                    await self._address(smtp, envelope)
                    await self._expect(smtp, 354, b"DATA")
                    await self._write(smtp, _stuffed(envelope.raw))
                dotted = True
                return await self._finish(smtp)
        except asyncio.CancelledError:
            if dotted:
                raise
            raise self._stopped() from None

    @asynccontextmanager
    async def _signed_in(self, note: Note) -> AsyncIterator[aiosmtplib.SMTP]:
        smtp = aiosmtplib.SMTP(
            hostname=self.server.host,
            port=self.server.port,
            local_hostname=_OUR_NAME,
            timeout=STEP_SECONDS,
            use_tls=self.server.security is Security.TLS,
            start_tls=False,
            tls_context=context_for(self.server, self.trust),
        )
        try:
            with self._not_sent():
                await self._connect(smtp, note)
                with checked(note, _("Sign in to the {server}").format(server=self.server)), self._not_sent():
                    await self._sign_in(smtp)
            yield smtp
            await _say_goodbye(smtp)
        finally:
            _hang_up(smtp)

    async def _connect(self, smtp: aiosmtplib.SMTP, note: Note) -> None:
        with (
            checked(note, _("Connect to the {server}, port {port}").format(server=self.server, port=self.server.port)),
            self._not_sent(),
        ):
            await smtp.connect()
            if self.server.security is Security.TLS:
                check_pin(self.server, smtp.get_transport_info("ssl_object"))
            await smtp.ehlo()
        if self.server.security is not Security.STARTTLS:
            return
        with checked(note, _("Check the certificate of the {server}").format(server=self.server)), self._not_sent():
            if not smtp.supports_extension("starttls"):
                raise starttls_missing(self.server)
            await smtp.starttls()
            check_pin(self.server, smtp.get_transport_info("ssl_object"))
            await smtp.ehlo()

    async def _sign_in(self, smtp: aiosmtplib.SMTP) -> None:
        if not smtp.supports_extension("auth") and self.server.security is Security.NONE:
            return  # a relay on this computer may ask for nothing
        await let_in(self.access, partial(self._show, smtp))

    async def _show(self, smtp: aiosmtplib.SMTP, credential: Credential) -> None:
        try:
            if isinstance(credential, Bearer):
                await give_token(smtp, self.server, credential.secret)
            else:
                await give_password(smtp, self.server, credential.secret)
        except aiosmtplib.SMTPAuthenticationError as error:
            raise self._sign_in_refusal(error, credential) from None

    async def _address(self, smtp: aiosmtplib.SMTP, envelope: Envelope) -> None:
        """Name sender and recipients. One refused recipient refuses the whole: nothing goes to only some of them."""
        options = [b"SMTPUTF8"] if self._needs_utf8(smtp, envelope) else []
        if smtp.supports_extension("size"):
            options.append(f"SIZE={len(envelope.raw)}".encode())
        await self._expect(smtp, 250, b"MAIL", b"FROM:" + _path(envelope.sender), *options)
        for recipient in envelope.recipients:
            answer = await smtp.execute_command(b"RCPT", b"TO:" + _path(recipient))
            if answer.code not in (250, 251):
                raise self._recipient_refusal(recipient, answer, alone=len(envelope.recipients) == 1)

    def _needs_utf8(self, smtp: aiosmtplib.SMTP, envelope: Envelope) -> bool:
        foreign = [address for address in (envelope.sender, *envelope.recipients) if not address.isascii()]
        if foreign and not smtp.supports_extension("smtputf8"):
            raise Rejected(
                _("The {server} cannot write to {address}, which has letters beyond ASCII. Nothing was sent.").format(
                    server=self.server, address=foreign[0]
                )
            )
        return bool(foreign)

    async def _expect(self, smtp: aiosmtplib.SMTP, code: int, *command: bytes) -> None:
        answer = await smtp.execute_command(*command)
        if answer.code != code:
            raise self._refusal(answer.code, answer.message)

    async def _write(self, smtp: aiosmtplib.SMTP, body: bytes) -> None:
        """Everything but the final dot, waiting until it left: a line that breaks here breaks before the dot."""
        for start in range(0, len(body), _PIECE):
            _protocol(smtp).write(body[start : start + _PIECE])
            async with asyncio.timeout(STEP_SECONDS):
                while _waiting_bytes(smtp) > 0:  # noqa: ASYNC110 - the library keeps its own signal to itself
                    await asyncio.sleep(0.005)

    async def _finish(self, smtp: aiosmtplib.SMTP) -> str:
        """The final dot and its answer: the point from which silence means that nobody knows."""
        with self._not_sent():
            protocol = _protocol(smtp)
        try:
            protocol.write(b".\r\n")
            answer = await protocol.read_response(timeout=ANSWER_SECONDS)
        except (aiosmtplib.SMTPException, OSError):
            raise self._unsure() from None
        said = clean_said(answer.message, *self.access.secrets)
        if answer.code == 250:
            return said
        if 400 <= answer.code < 600:
            raise self._refusal(answer.code, said)
        raise self._unsure()

    @contextmanager
    def _not_sent(self) -> Iterator[None]:
        """Whatever fails inside happened before the final dot."""
        try:
            yield
        except ConnectorError:
            raise
        except aiosmtplib.SMTPResponseException as error:
            raise self._refusal(error.code, error.message) from None
        except aiosmtplib.SMTPNotSupported:
            raise starttls_missing(self.server) from None
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError, TimeoutError, OSError) as error:
            raise explain(error, self.server) from None
        except aiosmtplib.SMTPException:
            raise SignInNeeded(
                _("The {server} offers no way to sign in with a password.").format(server=self.server)
            ) from None
        except ValueError:
            raise not_understood(self.server) from None

    def _refusal(self, code: int, said: str) -> ConnectorError:
        said = clean_said(said, *self.access.secrets)
        if code in (530, 534, 535, 538):
            return password_refused(self.server, said)
        if 500 <= code < 600:
            text = _("The {server} refused the mail; it was not sent.").format(server=self.server)
            return Rejected(quote_said(text, said))
        if 400 <= code < 500:
            return self._busy(said)
        return Offline(
            _("The {server} does not speak SMTP on port {port}.").format(server=self.server, port=self.server.port)
        )

    def _sign_in_refusal(self, error: aiosmtplib.SMTPAuthenticationError, credential: Credential) -> ConnectorError:
        said = clean_said(error.message, credential.secret)
        if 400 <= error.code < 500:
            return self._busy(said)
        refused = token_refused if isinstance(credential, Bearer) else password_refused
        return refused(self.server, said)

    def _recipient_refusal(self, recipient: str, answer: aiosmtplib.SMTPResponse, *, alone: bool) -> ConnectorError:
        said = clean_said(answer.message, *self.access.secrets)
        if not 500 <= answer.code < 600 or answer.code == 530:
            return self._refusal(answer.code, said)
        if alone:
            text = _("The {server} does not deliver to {recipient}; the mail was not sent.")
        else:
            text = _("The {server} does not deliver to {recipient}; nothing was sent to anybody. Take it out.")
        return Rejected(quote_said(text.format(server=self.server, recipient=recipient), said))

    def _busy(self, said: str) -> Busy:
        return Busy(quote_said(_("The {server} is busy. It is tried again later.").format(server=self.server), said))

    def _stopped(self) -> Offline:
        text = _("Sending was stopped before the {server} had the whole mail; it was not sent, and is tried again.")
        return Offline(text.format(server=self.server))

    def _unsure(self) -> Unsure:
        return Unsure(
            _("The {server} took the whole mail but never said whether it accepted it.").format(server=self.server)
        )


async def _say_goodbye(smtp: aiosmtplib.SMTP) -> None:
    """What the server makes of it no longer matters."""
    with suppress(aiosmtplib.SMTPException, OSError, ValueError):
        await smtp.quit(timeout=2)


def _hang_up(smtp: aiosmtplib.SMTP) -> None:
    """End the line and drop what was not yet written."""
    transport = smtp.protocol.transport if smtp.protocol else None
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    smtp.close()


def _protocol(smtp: aiosmtplib.SMTP) -> aiosmtplib.protocol.SMTPProtocol:
    if smtp.protocol is None or not smtp.protocol.is_connected:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    return smtp.protocol


def _waiting_bytes(smtp: aiosmtplib.SMTP) -> int:
    transport = _protocol(smtp).transport
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _path(address: str) -> bytes:
    return b"<" + address.encode("utf-8") + b">"


def _stuffed(raw: bytes) -> bytes:
    """With a dot before each dot that begins a line, ending in a line's end (RFC 5321, 4.5.2)."""
    body = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return _LINE_START_DOT.sub(b"..", body)
