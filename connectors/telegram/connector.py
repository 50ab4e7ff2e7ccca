"""A Telegram bot as a channel: rooms and topics, comments below a channel's posts, private chats."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from connectors.shared.checks import reported
from connectors.telegram import compose, doing
from connectors.telegram.abilities import Rights
from connectors.telegram.client import Client
from connectors.telegram.cursor import read_cursor
from connectors.telegram.fields import Fields
from connectors.telegram.own import MOST_TOLD, OwnWords
from connectors.telegram.pulling import Puller
from connectors.telegram.settings import read_token
from connectors.telegram.stream import PAGE, Line
from connectors.telegram.telling import Teller
from connectors.telegram.wire import Bot, id_of
from inbox_app.contract.acts import Act, Receipt
from inbox_app.contract.archive import Archive
from inbox_app.contract.connector import (
    Connector,
    DeletesSent,
    EditsSent,
    FetchesAttachments,
    Host,
    Listens,
    Moderates,
    Reacts,
    ReadsArchive,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import BadAnswer, Rejected, Unsure
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import Batch, Identity
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, Resend


class TelegramConnector(
    Connector, Sends, Listens, Moderates, Reacts, EditsSent, DeletesSent, FetchesAttachments, ReadsArchive
):
    """One bot."""

    resend: ClassVar[Resend] = Resend.ASK

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._us: Bot | None = None
        self._rights: dict[int, Rights] = {}
        self._line = Line()
        self._own = OwnWords(host.folder, host.files)

    @classmethod
    def open_archive(cls, host: Host, kind: str, path: Path) -> Archive:  # noqa: ARG003 - it has one format
        """What its desktop program gave out at `path`."""
        from connectors.shared.downloads.reading import Download
        from connectors.telegram.archive import Export

        return Download(host, path, Export)

    async def connect(self, report: Report = ignore) -> Identity:
        """Ask who the bot is, and whether its messages can be asked for."""
        client = self._client()
        with reported(report, _("Sign in")):
            us = self._us = Bot.of(Fields.of(await client.read("getMe")))
        with reported(report, _("See that the bot's messages can be asked for")):
            if Fields.of(await client.read("getWebhookInfo")).text("url"):
                raise Rejected(
                    _(
                        "This bot hands its messages to a web address (a webhook), so that nobody can ask for them. "
                        "Remove that one, or make another bot for Portavoce."
                    )
                )
        names = frozenset({f"@{us.username}", us.username}) if us.username else frozenset[str]()
        return Identity(
            remote_id=str(us.id),
            handle=f"@{us.username}" if us.username else us.name,
            name=us.name,
            handles=names,
            abilities=Abilities({Action.REPLY: YES}),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """The next updates; asking for them tells the service to forget those before, which are kept by now."""
        client, us, before = self._client(), await self._who_we_are(), read_cursor(cursor)
        own = await self.host.blocking(partial(self._own.left, before.told))
        updates = await self._line.pull(client, before.offset)
        puller = Puller(self.host, Teller(client, us, self._rights))
        events, after = await puller.tell(before, updates, own)
        more = after.offset > before.offset and len(updates) >= PAGE
        return Batch(events, after.to_json(), more or len(own) >= MOST_TOLD)

    async def listen(self) -> AsyncGenerator[None, None]:
        """A nudge whenever a waiting question is answered with something."""
        async with aclosing(self._line.listen(self._client())) as nudges:
            async for _nudge in nudges:
                yield

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """The same in every chat."""
        return compose.LIMITS

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The request, all of which follows from the act."""
        return compose.freeze(act)

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """An answer. The service never tells a bot what it said itself, so the copy is told with the next pull."""
        compose.check(act)
        method, params = compose.read(frozen)
        said = await self._client().write(method, params, compose.files(act))
        try:
            sent = [Fields.of(one) for one in (said if isinstance(said, list) and said else [said])]
            name, moment = id_of(sent[0]), sent[0].need_moment("date")
        except BadAnswer as bad:
            raise Unsure(_("Telegram did not say whether it took this.")) from bad
        await self.host.blocking(partial(self._own.note_said, sent))
        return Receipt(name, moment)

    async def moderate(self, act: Act) -> Receipt:
        """Delete, ban, let back in, mute; a like is a reaction."""
        if act.action is Action.LIKE:
            return await self.react(replace(act, value=""))
        return await doing.moderate(self._client(), act)

    async def react(self, act: Act) -> Receipt:
        """Our one reaction to a message, which is told with the next pull."""
        receipt = await doing.react(self._client(), act)
        reaction = doing.reaction_of(act)
        await self.host.blocking(partial(self._own.note_reaction, receipt.remote_id, reaction))
        return receipt

    async def edit(self, act: Act) -> Receipt:
        """Another text for a message of ours."""
        return await doing.edit(self._client(), act)

    async def delete(self, act: Act) -> Receipt:
        """Take a message of ours away."""
        return await doing.delete(self._client(), act)

    async def fetch_attachment(self, message: str, attachment: str) -> AsyncIterator[bytes]:
        """A file, known by the id that the service gave it."""
        async for piece in self._client().download(attachment):
            yield piece

    async def close(self) -> None:
        """Hang up."""
        self._line.hang_up()
        await self.host.http.close()

    async def _who_we_are(self) -> Bot:
        if self._us is None:
            self._us = Bot.of(Fields.of(await self._client().read("getMe")))
        return self._us

    def _client(self) -> Client:
        return Client(self.host.http, read_token(self.host.secrets))
