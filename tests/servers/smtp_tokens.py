"""A submission server for tests that takes OAuth tokens alone, by whichever of the two mechanisms it is told to offer.

https://developers.google.com/gmail/imap/xoauth2-protocol, https://www.rfc-editor.org/rfc/rfc7628
"""

import base64
import json
import re
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers.authorization import AuthorizationServer
from tests.servers.smtp import MailStore, SmtpServer, Submission
from tests.servers.smtp_faults import FaultPlan
from tests.servers.smtp_log import AcceptedLog

_OTHERS = ("LOGIN", "PLAIN")


class _TokenSubmission(Submission):
    def __init__(self, store: MailStore, log: AcceptedLog, faults: FaultPlan, oauth: AuthorizationServer) -> None:
        super().__init__(store, log, faults)
        self._oauth = oauth
        self.gave_in: list[bytes] = []
        """What clients said after they were told why they were refused."""

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = re.fullmatch(r"user=([^\x01]+)\x01auth=Bearer ([^\x01]+)\x01\x01", _decoded(args))
        return await self._judge(server, said)

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:
        said = re.fullmatch(
            r"n,a=([^,\x01]+),\x01host=[^\x01]+\x01port=\d+\x01auth=Bearer ([^\x01]+)\x01\x01", _decoded(args)
        )
        return await self._judge(server, said)

    async def _judge(self, server: SMTP, said: re.Match[str] | None) -> AuthResult:
        if said is not None and self._oauth.subject_of(said[2]) == said[1]:
            return AuthResult(success=True, handled=False)
        answer = await server.challenge_auth(json.dumps({"status": "400", "schemes": "bearer"}))
        self.gave_in.append(answer if isinstance(answer, bytes) else b"?")
        token = said[2] if said else ""
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 {token} is not accepted")


class TokenSmtpServer(SmtpServer):
    """Knows whom the tokens of an authorization server belong to."""

    def __init__(
        self, store: MailStore, tls: ssl.SSLContext, log: Path, oauth: AuthorizationServer, mechanism: str = "XOAUTH2"
    ) -> None:
        super().__init__(store, tls, log)
        self._handler = self.tokens = _TokenSubmission(store, self._log, self._faults, oauth)
        self.left_out = (*_OTHERS, *({"XOAUTH2", "OAUTHBEARER"} - {mechanism}))


def _decoded(args: list[str]) -> str:
    return base64.b64decode(args[1]).decode()
