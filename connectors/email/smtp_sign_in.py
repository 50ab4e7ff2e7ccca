"""Signing in to an SMTP server: a password in the way it takes, or a token.

https://www.rfc-editor.org/rfc/rfc4954
"""

from __future__ import annotations

from base64 import b64encode

import aiosmtplib

from connectors.email.failures import no_tokens
from connectors.email.sasl import choose_mechanism
from connectors.email.settings import Server

_ACCEPTED, _GO_ON, _WRONG = 235, 334, 535


async def give_password(smtp: aiosmtplib.SMTP, server: Server, password: str) -> None:
    """By PLAIN, LOGIN or CRAM-MD5, and never as if it were a token.

    A way that the server announces and does not know is passed over; a refused password is not tried twice.
    """
    ways = {"plain": smtp.auth_plain, "login": smtp.auth_login, "cram-md5": smtp.auth_crammd5}
    refusal: aiosmtplib.SMTPException = aiosmtplib.SMTPException("no way to sign in")
    for name in [name for name in ways if name in smtp.server_auth_methods]:
        try:
            await ways[name](server.user, password)
        except aiosmtplib.SMTPAuthenticationError as error:
            refusal = error
            if error.code == _WRONG:
                break
        else:
            return
    raise refusal


async def give_token(smtp: aiosmtplib.SMTP, server: Server, token: str) -> None:
    """By XOAUTH2 or OAUTHBEARER. A server that refuses first tells why, and waits to hear that we heard it."""
    mechanism = choose_mechanism(lambda name: name.lower() in smtp.server_auth_methods)
    if mechanism is None:
        raise no_tokens(server)
    first = b64encode(mechanism.begin(server, token).encode())
    answer = await smtp.execute_command(b"AUTH", mechanism.name.encode(), first)
    if answer.code == _GO_ON:
        answer = await smtp.execute_command(b64encode(mechanism.give_in))
    if answer.code != _ACCEPTED:
        raise aiosmtplib.SMTPAuthenticationError(answer.code, answer.message)
