"""Reads which certificate a server shows, without a word said to it: for a person to compare, never to be trusted."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from connectors.email.access import Password, PasswordAccess
from connectors.email.failures import OtherCertificate
from connectors.email.mailroom import silent
from connectors.email.settings import Protocol, Server
from connectors.email.signing_in import sign_in
from connectors.email.submission import Submission
from connectors.email.trust import make_context
from inbox_app.contract.connector import Host
from inbox_app.contract.errors import ConnectorError

_SECONDS = 20.0
_NO_CERTIFICATE = "0" * 64


async def read_shown(server: Server, host: Host) -> str:
    """The fingerprint of what the server shows, as people compare it; empty where it cannot be read.

    It is asked with a pin that nothing can match, so the line ends right after the handshake.
    """
    asked, trust, nobody = replace(server, certificate=_NO_CERTIFICATE), make_context(), replace(host, secrets={})
    try:
        async with asyncio.timeout(_SECONDS):
            if server.protocol is Protocol.SMTP:
                await Submission(asked, PasswordAccess(nobody), trust).check(silent)
            else:
                client = await host.blocking(lambda: sign_in(asked, Password(""), trust, silent))
                client.release()
    except OtherCertificate as other:
        return other.fingerprint
    except (ConnectorError, TimeoutError):
        return ""
    return ""
