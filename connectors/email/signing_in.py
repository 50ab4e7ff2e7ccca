"""Signing in to an IMAP server: a line, its encryption, password or token, each step noted. Blocking."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable

from connectors.email.access import Bearer, Credential
from connectors.email.dialogue import BUSY, busy, understood
from connectors.email.failures import clean_said, explain, no_tokens, password_refused, starttls_missing, token_refused
from connectors.email.line import BoundedClient, Note, checked, open_socket
from connectors.email.sasl import Mechanism, choose_mechanism
from connectors.email.settings import Security, Server
from connectors.email.trust import check_pin, context_for
from inbox_app.contract.errors import Busy, SignInNeeded
from inbox_app.contract.texts import _


def sign_in(server: Server, credential: Credential, trust: ssl.SSLContext, note: Note) -> BoundedClient:
    """A connection after sign-in. Raises `Offline`, `Busy`, `SignInNeeded`, `BadAnswer`."""
    line = open_socket(server, trust, note)
    with understood(server):
        client = BoundedClient(line, server)
    try:
        with understood(server):
            if server.security is Security.STARTTLS:
                _start_tls(client, server, trust, note)
        with checked(note, _("Sign in to the {server}").format(server=server)):
            client.allow()
            if isinstance(credential, Bearer):
                _give_token(client, server, credential.secret)
            else:
                _give_password(client, server, credential.secret)
        with understood(server):
            _number_changes(client)
    except BaseException:
        client.release()
        raise
    return client


def _start_tls(client: BoundedClient, server: Server, trust: ssl.SSLContext, note: Note) -> None:
    with checked(note, _("Check the certificate of the {server}").format(server=server)):
        if not client.has_capability("STARTTLS"):
            raise starttls_missing(server)
        try:
            client.starttls(context_for(server, trust))
        except OSError as error:
            raise explain(error, server) from error
        check_pin(server, client.socket())


def _give_password(client: BoundedClient, server: Server, password: str) -> None:
    """By AUTHENTICATE PLAIN, which carries any letters, or LOGIN where that is all there is."""
    with understood(server, password):
        plain = client.has_capability("AUTH=PLAIN")
        if not plain and client.has_capability("LOGINDISABLED"):
            raise starttls_missing(server)
        try:
            (client.plain_login if plain else client.login)(server.user, password)
        except imaplib.IMAP4.abort:
            raise  # the line's end, not an answer
        except imaplib.IMAP4.error as error:
            raise _sign_in_refusal(clean_said(str(error), password), server) from None


def _give_token(client: BoundedClient, server: Server, token: str) -> None:
    """By XOAUTH2, or OAUTHBEARER where that is all there is."""
    with understood(server, token):
        mechanism = choose_mechanism(lambda name: client.has_capability(f"AUTH={name}"))
        if mechanism is None:
            raise no_tokens(server)
        try:
            client.sasl_login(mechanism.name, _speaker(mechanism, server, token))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            said = clean_said(str(error), token)
            raise busy(server, said) if BUSY.search(said) else token_refused(server, _without_codes(said)) from None


def _speaker(mechanism: Mechanism, server: Server, token: str) -> Callable[[bytes], str | bytes]:
    """Answers what the server says: the token first, and then, when it tells why it refuses, that we heard it."""
    words = iter([mechanism.begin(server, token)])
    return lambda _challenge: next(words, mechanism.give_in)


def _number_changes(client: BoundedClient) -> None:
    """Have the server number changes of flags and tell removals; some begin to do so only when asked.

    https://www.rfc-editor.org/rfc/rfc7162#section-3.2.3
    """
    wanted = next((name for name in ("QRESYNC", "CONDSTORE") if client.has_capability(name)), None)
    if wanted and client.has_capability("ENABLE"):
        client.tells_removals = b"QRESYNC" in (name.upper() for name in client.enable(wanted))


def _sign_in_refusal(said: str, server: Server) -> SignInNeeded | Busy:
    return busy(server, said) if BUSY.search(said) else password_refused(server, _without_codes(said))


def _without_codes(said: str) -> str:
    """`[AUTHENTICATIONFAILED] Invalid credentials` as a person reads it; nothing where it says no more than ours."""
    text = re.sub(r"\[[A-Z-]+\]\s*", "", said).removeprefix("AUTHENTICATE failed:").strip()
    return "" if re.fullmatch(r"(authentication|login|authenticate)\W+failed\W*", text, re.IGNORECASE) else text
