"""E-mail passes the tests that every connector has to pass, on a real Dovecot and a submission server that delivers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from email.utils import format_datetime
from uuid import uuid4

import pytest

from connectors.email import MANIFEST
from connectors.email.connector import EmailConnector
from inbox_app.contract.remote import RemoteMessage
from tests.connectors.email.conftest import settings_for
from tests.connectors.email.mails import mail
from tests.connectors.email.scripted import Imap, listening
from tests.connectors.email.test_connecting import FOLDERS
from tests.contract.connector_tests import ConnectorTests
from tests.contract.stage import Lent, Nonsense, Stage
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import MailUser
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.server


_NONSENSE = {
    Nonsense.GARBAGE: b"* OK [UIDVALIDITY banana] \xff\r\n* banana EXISTS\r\n",
    Nonsense.CUT: b"HALF* 1 EXISTS\r\n* OK [UIDVALID",
    Nonsense.ENDLESS: b"ENDLESS",
}


class MailStage(Stage):
    """Anna is we; Ben writes from outside."""

    manifest = MANIFEST

    def __init__(self, lent: Lent, dovecot: Dovecot, smtp: SmtpServer) -> None:
        self._lent, self._dovecot, self._smtp = lent, dovecot, smtp
        self._anna: MailUser = dovecot.new_user("anna")
        self._ben = dovecot.new_user("ben")
        self.secrets = (self._anna.password,)
        self._made: list[EmailConnector] = []
        self._instead = AsyncExitStack()

    async def connector(self, *, history_since: datetime | None = None) -> EmailConnector:
        settings = settings_for(self._anna, self._dovecot, self._smtp)
        host = self._lent.host(settings, {"password": self.secrets[0]}, history_since=history_since)
        self._made.append(EmailConnector(host))
        return self._made[-1]

    async def arrive(self, text: str, *, to: RemoteMessage | None = None) -> None:
        headers = {"From": f"Ben <{self._ben.address}>", "Date": format_datetime(datetime.now().astimezone())}
        if to is not None:
            headers |= {"In_Reply_To": f"<{to.remote_id}>", "References": f"<{to.remote_id}>"}
        self._dovecot.deliver(self._anna, mail(message_id=f"{uuid4().hex}@ben.example", text=text, **headers))

    async def copies(self, text: str) -> int:
        found = self._dovecot.mailbox(self._ben).messages()
        return len([one for one in found if text in one.raw.decode()])

    async def go_down(self) -> None:
        self._dovecot.stop()
        self._smtp.stop()

    async def come_up(self) -> None:
        self._dovecot.start()
        self._smtp.start()

    async def refuse_sign_in(self) -> None:
        self._dovecot.change_password(self._anna, uuid4().hex)

    async def speak_nonsense(self, kind: Nonsense) -> None:
        """Another server takes the place of the real one: it signs in and opens no folder."""
        for connector in self._made:
            await connector.close()  # or all it would hear is that the old line broke
        self._dovecot.stop()
        server = Imap({**FOLDERS, "EXAMINE": _NONSENSE[kind]})
        tls = self._dovecot.certificates.good.server_context()
        await self._instead.enter_async_context(listening(server.talk, tls, self._dovecot.imaps_port))

    async def close(self) -> None:
        await self._instead.aclose()
        for connector in self._made:
            await connector.close()


class TestEmail(ConnectorTests):
    """The shared tests."""

    @pytest.fixture
    async def stage(
        self,
        lent: Lent,
        dovecot: Dovecot,
        smtp_server: SmtpServer,
        trusted: None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> AsyncIterator[MailStage]:
        monkeypatch.setattr("connectors.email.older.PAGE_MAILS", 2)
        monkeypatch.setattr("connectors.email.client.ANSWER_BYTES", 4 * 2**20)
        made = MailStage(lent, dovecot, smtp_server)
        yield made
        await made.close()
