"""What went wrong on the way to a mail server, as a sentence that names the step and what to do."""

from __future__ import annotations

import socket
import ssl

from connectors.email.settings import Security, Server
from inbox_app.contract.errors import BadAnswer, Offline, SignInNeeded
from inbox_app.contract.texts import _

# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED = frozenset({18, 19})
_UNKNOWN_ISSUER = frozenset({2, 20, 21, 27})
_WRONG_NAME = frozenset({62, 64})

_SAID_CHARS = 200


class Untrusted(Offline):
    """Nobody whom this computer trusts vouches for the server's certificate."""

    def __init__(self, message: str, server: Server) -> None:
        super().__init__(message)
        self.server = server


class OtherCertificate(Offline):
    """The server showed another certificate than the one that the person pinned; `fingerprint` is what it showed."""

    def __init__(self, message: str, fingerprint: str) -> None:
        super().__init__(message)
        self.fingerprint = fingerprint


class CommandRefused(BadAnswer):
    """The server understood and said no; the connection is still good."""


def explain(error: BaseException, server: Server) -> Offline:
    """Why the line to `server` could not be made or broke; nothing was delivered over it."""
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        text = _explain_certificate(cause, server)
        nobody_vouches = cause.verify_code in _SELF_SIGNED | _UNKNOWN_ISSUER
        return Untrusted(text, server) if nobody_vouches else Offline(text)
    if isinstance(cause, ssl.SSLError):
        return Offline(_explain_tls(server))
    if isinstance(cause, socket.gaierror | UnicodeError):
        return Offline(
            _("No {protocol} server named {host} was found. Check its name, and that this computer is online.").format(
                protocol=server.protocol, host=server.host
            )
        )
    return Offline(_explain_line(cause, server))


def _explain_line(cause: BaseException, server: Server) -> str:
    if isinstance(cause, ConnectionRefusedError):
        text = _("The {server} takes no connections on port {port}. Check the port and the kind of encryption.")
    elif isinstance(cause, TimeoutError):
        text = _("The {server} did not answer in time (port {port}). Check the port; it is tried again later.")
    else:
        text = _("The line to the {server} broke (port {port}). It is tried again later.")
    return text.format(server=server, port=server.port)


def _explain_certificate(error: ssl.SSLCertVerificationError, server: Server) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        text = _("The certificate of the {server} has expired. Its provider has to renew it; nothing was sent.")
    elif code == _NOT_YET_VALID:
        text = _("The certificate of the {server} is not valid yet. Check this computer's date and time.")
    elif code in _WRONG_NAME:
        text = _("The certificate of the {server} belongs to another name. Check the server's name; nothing was sent.")
    elif code in _SELF_SIGNED:
        text = _("The {server} signed its certificate itself, so nobody vouches for it; nothing was sent.")
    elif code in _UNKNOWN_ISSUER:
        text = _("The certificate of the {server} was signed by nobody this computer trusts; nothing was sent.")
    else:
        text = _("The certificate of the {server} is not valid; nothing was sent.")
    return text.format(server=server)


def _explain_tls(server: Server) -> str:
    if server.security is Security.TLS:
        text = _("The {server} does not speak TLS on port {port}. Check the port, or choose STARTTLS.")
    else:
        text = _("No encrypted line to the {server} could be made (port {port}); nothing was sent.")
    return text.format(server=server, port=server.port)


def starttls_missing(server: Server) -> Offline:
    """The server offers no encryption where we insist on it."""
    return Offline(
        _("The {server} offers no encryption (STARTTLS) on port {port}. Try “tls”; nothing was sent.").format(
            server=server, port=server.port
        )
    )


def password_refused(server: Server, said: str = "") -> SignInNeeded:
    """Wrong credentials; `said` is the server's own text, already cleaned."""
    text = _(
        "The {server} refused the password of {user}. Check the password; some providers want an app password."
    ).format(server=server, user=server.user)
    return SignInNeeded(f"{text} {_quote(said)}".rstrip())


def token_refused(server: Server, said: str = "") -> SignInNeeded:
    """The server does not take the OAuth token."""
    text = _("The {server} did not accept the browser's sign-in of {user}. Sign in again.")
    return SignInNeeded(quote_said(text.format(server=server, user=server.user), said))


def no_tokens(server: Server) -> SignInNeeded:
    """The server offers none of the ways in which a token is shown."""
    return SignInNeeded(
        _("The {server} takes no sign-in through the browser (OAuth). Choose “password” as the way to sign in.").format(
            server=server
        )
    )


def other_certificate(server: Server, fingerprint: str) -> OtherCertificate:
    """The pinned certificate was not the one that came."""
    text = _(
        "The {server} shows another certificate than the one you pinned, so nothing was sent. If its owner confirms "
        "that it was renewed, set the new fingerprint {fingerprint}."
    )
    return OtherCertificate(text.format(server=server, fingerprint=fingerprint), fingerprint)


def not_understood(server: Server) -> BadAnswer:
    """The server spoke nonsense, or more than we allow."""
    return BadAnswer(
        _("The {server} gave an answer that makes no sense. It is tried again later.").format(server=server)
    )


def command_refused(server: Server, said: str) -> CommandRefused:
    """A plain no to something an IMAP server should do."""
    return CommandRefused(
        quote_said(_("The {server} refused a request. It is tried again later.").format(server=server), said)
    )


def clean_said(said: str | bytes, *secrets: str) -> str:
    """A server's own words, fit to be shown: one short line, without control characters and without our secrets."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _SAID_CHARS else line[: _SAID_CHARS - 1] + "…"


def quote_said(text: str, said: str) -> str:
    """`text` with the server's cleaned words behind it, when it said anything."""
    return f"{text} {_quote(said)}".rstrip()


def _quote(said: str) -> str:
    return _("It says: “{said}”").format(said=said) if said else ""


def _root(error: BaseException) -> BaseException:
    """The error of the operating system or of TLS below a library's own."""
    seen = error
    while not isinstance(seen, ssl.SSLError | socket.gaierror | ConnectionRefusedError) and seen.__cause__ is not None:
        seen = seen.__cause__
    return seen
