"""E-mail as a channel: IMAP in, SMTP out, one mailbox an account."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import starmap
from pathlib import Path
from time import monotonic
from typing import ClassVar, TypeVar

from connectors.email import wire
from connectors.email.client import SEEN, Session
from connectors.email.compose import MISSING_ID, Sender, as_filed, choose_recipients, compose, make_message_id
from connectors.email.cursor import Cursor, older_from_json, older_to_json
from connectors.email.folders import Plan
from connectors.email.identities import choose_identity
from connectors.email.mailbox import Fetched
from connectors.email.mailroom import Mailroom, from_thread, silent
from connectors.email.oauth import open_access
from connectors.email.older import load_page
from connectors.email.pulling import Haul, Portion, pull_folders
from connectors.email.reading import read_mails
from connectors.email.sent import count_all, file_sent, look_for, mark_answered, mark_everywhere, tell_marks
from connectors.email.settings import MailSettings, read_settings
from connectors.email.slow_line import Owed, SlowLine
from connectors.email.stream import wait_for_news
from connectors.email.submission import ANSWER_SECONDS, Envelope, Submission
from connectors.email.trust import make_context
from inbox_app.contract.acts import Absent, Act, CannotTell, Finding, Receipt
from inbox_app.contract.archive import Archive
from inbox_app.contract.connector import (
    Connector,
    CountsRemote,
    FindsSent,
    FinishesSent,
    Host,
    Listens,
    LoadsOlder,
    MarksRead,
    ReadsArchive,
    Report,
    Sends,
    ignore,
)
from inbox_app.contract.errors import BadAnswer, NotSent, Offline, Rejected
from inbox_app.contract.limits import Limits
from inbox_app.contract.remote import (
    Batch,
    Event,
    GapClosed,
    GapFound,
    Identity,
    MessageSeen,
    ReadElsewhere,
    RemoteCount,
    RemoteMessage,
    StarredElsewhere,
)
from inbox_app.contract.texts import _
from inbox_app.domain.abilities import YES, Abilities
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import Action, ActKind, Direction, Resend

T = TypeVar("T")

_log = logging.getLogger(__name__)

SLOW_SECONDS = 30.0
"""A page that failed after this long was too much for the line, rather than the line being gone."""
LARGEST_FILE = 25 * 2**20
"""Most servers refuse mails above 25 to 35 MB, and attachments grow by a third on the way."""


class EmailConnector(
    Connector, Sends, FinishesSent, FindsSent, Listens, LoadsOlder, MarksRead, CountsRemote, ReadsArchive
):
    """One mailbox. Two IMAP connections at most: one for work, one that waits for news."""

    resend: ClassVar[Resend] = Resend.ASK
    settle_time: ClassVar[timedelta] = timedelta(seconds=30)
    longest_try: ClassVar[timedelta] = timedelta(seconds=ANSWER_SECONDS) + timedelta(minutes=10)
    """The server's own time for its answer, and as much as the largest mail needs on the slowest line."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._parts: _Parts | None = None
        self._starts: dict[str, int] = {}
        self._line = SlowLine(host.folder, host.files)

    async def connect(self, report: Report = ignore) -> Identity:
        """Sign in to both servers, each step reported."""
        parts = self._ready()
        plan = await parts.mailroom.open(from_thread(report))
        if plan.missing and report is not ignore:  # to whoever signs in; later its absence is a gap, see `pull`
            raise Rejected(
                _("The mailbox has no folder named “{folder}”. Check the folders in the account's settings.").format(
                    folder=plan.missing[0]
                )
            )
        await parts.submission.check(report)
        settings = parts.settings
        return Identity(
            remote_id=settings.address.lower(),
            handle=settings.address,
            name=settings.name,
            handles=parts.own.addresses,
            abilities=Abilities(dict.fromkeys((Action.REPLY, Action.WRITE, Action.MARK_READ, Action.STAR), YES)),
        )

    async def pull(self, cursor: JsonObject | None) -> Batch:
        """What is new in the followed folders; the first time this only notes where they stand."""
        known = _read_cursor(cursor)
        self._line.forget(known.completed)
        now, since = self.host.now(), self.host.history_since
        haul = await self._in_portions(
            lambda session, plan, portion: pull_folders(session, plan, known, now, since, portion)
        )
        self._starts = {name: mark.start for name, mark in haul.cursor.folders.items()}
        self._line.brought(haul.mails, haul.history)
        if not haul.mails and not haul.more and self._line.now.owed:
            haul = await self._pay(haul, self._line.now.owed[0])
        messages = await self._read_mails(haul.mails, haul.history)
        seen_elsewhere = [
            message.remote_id
            for message, mail in zip(messages, haul.mails, strict=True)
            if mail.seen and message.direction is Direction.INCOMING and not message.history
        ]
        events: list[Event] = [
            *haul.renumbered,
            *_oldest_first(messages),
            *map(ReadElsewhere, dict.fromkeys([*haul.read, *seen_elsewhere])),
            *(ReadElsewhere(name, read=False) for name in haul.unread),
            *_stars(messages, haul.mails),
            *starmap(StarredElsewhere, haul.starred),
            *haul.gone,
            *haul.listed,
            *_absences(known.away, haul.cursor.away, now),
        ]
        marks = dataclasses.replace(haul.cursor, lacking=self._line.lacking())
        return Batch(tuple(events), marks.to_json(), haul.more or marks.lacking not in (0, known.lacking))

    async def load_older(self, cursor: JsonObject | None) -> Batch:
        """The next page of history, newest first over all folders."""
        try:
            marks = older_from_json(cursor)
        except ValueError:
            marks = {}
        starts, since = dict(self._starts), self.host.history_since
        page = await self._in_portions(
            lambda session, plan, portion: load_page(session, plan.followed, marks, starts, since, portion)
        )
        history = frozenset(range(len(page.mails)))
        self._line.brought(page.mails, history)
        messages = await self._read_mails(page.mails, history)
        events: list[Event] = [*_oldest_first(messages), *_stars(messages, page.mails)]
        return Batch(tuple(events), older_to_json(page.marks), page.more)

    async def listen(self) -> AsyncGenerator[None, None]:
        """A nudge whenever the server says that the inbox changed."""
        parts = self._ready()
        async with aclosing(wait_for_news(parts.settings.imap, parts.access, parts.trust)) as nudges:
            async for _nudge in nudges:
                yield

    def freeze(self, act: Act, identity: Identity) -> bytes:
        """The mail as it will be sent, its Message-ID made from the act's key."""
        settings = self._ready().settings
        own = settings.own_addresses | frozenset(map(str.lower, identity.handles))
        we = choose_identity(act, settings.identities)
        return compose(act, Sender(we.address, we.name or identity.name, settings.domain, own))

    async def send(self, act: Act, frozen: bytes) -> Receipt:
        """Hand the frozen mail to the SMTP server."""
        parts = self._ready()
        recipients = choose_recipients(act, parts.own.addresses).addresses
        sender = choose_identity(act, parts.settings.identities).address
        await parts.submission.submit(Envelope(sender, recipients, frozen), silent)
        return Receipt(make_message_id(act, parts.settings.domain), sent_at=act.decided_at)

    async def finish_sent(self, act: Act, frozen: bytes, receipt: Receipt) -> None:
        """See to it that the Sent folder holds the mail, once, and that what it answers bears the mark."""
        parts = self._ready()
        # Where a person said that it was sent, there is no id in the receipt.
        message_id = receipt.remote_id or make_message_id(act, parts.settings.domain)
        copy = as_filed(frozen, act, parts.own.addresses)
        answered = act.target.remote_id if act.kind is ActKind.REPLY and act.target else ""

        def finish(session: Session, plan: Plan) -> None:
            file_sent(session, plan, message_id, copy)
            if answered and not answered.startswith(MISSING_ID):
                mark_answered(session, plan, answered)

        await parts.mailroom.work(finish)

    async def find_sent(self, act: Act, frozen: bytes) -> Finding:
        """Look into the folders where a sent mail may lie; not finding it proves nothing."""
        parts = self._ready()
        message_id = make_message_id(act, parts.settings.domain)
        try:
            found = await parts.mailroom.work(lambda session, plan: look_for(session, plan, message_id))
        except (NotSent, BadAnswer):
            return CannotTell()
        return Receipt(message_id, sent_at=act.decided_at) if found else Absent()

    async def mark_read(self, act: Act) -> Receipt:
        """Mark the act's mails as read or unread, and as starred or not, on the server, wherever they lie."""
        if act.marks:
            await self._ready().mailroom.work(lambda session, plan: tell_marks(session, plan, act.marks))
            return Receipt("")
        remote_id = act.target.remote_id if act.target else ""
        if remote_id and not remote_id.startswith(MISSING_ID):
            await self._ready().mailroom.work(lambda session, plan: mark_everywhere(session, plan, remote_id, SEEN))
        return Receipt(remote_id)

    async def count_remote(self) -> tuple[RemoteCount, ...]:
        """The mails in each followed folder."""
        starts, since = dict(self._starts), self.host.history_since
        return await self._ready().mailroom.work(lambda session, plan: count_all(session, plan, starts, since))

    def limits(self, keys: tuple[str, ...]) -> Limits:
        """Mail has no limit for text; files have to fit through ordinary servers."""
        return Limits(files=None, file_size=LARGEST_FILE)

    @classmethod
    def open_archive(cls, host: Host, kind: str, path: Path) -> Archive:
        """Mail that another program kept."""
        from connectors.email.archive import MailArchive

        return MailArchive(host, kind, path)

    async def close(self) -> None:
        """Hang up."""
        if self._parts is not None:
            await self._parts.mailroom.close()
            await self._parts.access.close()

    async def _in_portions(self, load: Callable[[Session, Plan, Portion], T]) -> T:
        """Load one page; after one that took too long the next is smaller, so that no mail holds up all others."""
        portion, began = self._line.now.portion, monotonic()
        try:
            return await self._ready().mailroom.work(lambda session, plan: load(session, plan, portion))
        except (asyncio.CancelledError, Offline):
            if monotonic() - began > SLOW_SECONDS:
                self._line.failed()
            raise

    async def _pay(self, haul: Haul, owed: Owed) -> Haul:
        """A piece more of a mail that the line was too slow for; what was found besides is not lost if that fails."""
        try:
            mail = await self._in_portions(lambda session, _plan, _portion: self._line.fetch_piece(session, owed))
        except NotSent as failure:
            _log.info("a piece of a large mail did not come: %s", type(failure).__name__)
            return haul
        if mail is None:
            return haul
        history = frozenset({0} if owed.history else ())
        cursor = dataclasses.replace(haul.cursor, completed=owed.name)
        return dataclasses.replace(haul, cursor=cursor, mails=(mail,), history=history)

    def _ready(self) -> _Parts:
        """The parts made from the settings; raises `Rejected` where these make no sense."""
        if self._parts is None:
            self._parts = _Parts(self.host)
        return self._parts

    async def _read_mails(self, mails: Sequence[Fetched], history: frozenset[int]) -> list[RemoteMessage]:
        """Parse in the worker process."""
        parts = self._ready()
        own = dataclasses.replace(parts.own, sent=parts.mailroom.ours)
        return await read_mails(self.host.content, mails, own, history)


class _Parts:
    """What follows from the account's settings and secrets."""

    def __init__(self, host: Host) -> None:
        self.settings: MailSettings = read_settings(host.settings)
        self.access = open_access(host)
        self.trust = make_context()
        self.own = wire.Own(self.settings.own_addresses, self.settings.domain)
        self.mailroom = Mailroom(self.settings, self.access, self.trust, host.blocking)
        self.submission = Submission(self.settings.smtp, self.access, self.trust)


def _read_cursor(cursor: JsonObject | None) -> Cursor:
    try:
        return Cursor.from_json(cursor)
    except ValueError:
        raise BadAnswer(_("The note of how far mail was loaded cannot be read. Add the account again.")) from None


def _absences(before: frozenset[str], after: frozenset[str], now: datetime) -> list[Event]:
    """Whose mails nobody can pull is a gap as long as that lasts."""
    reason = _(
        "The folder “{folder}” is missing on the server or may not be opened, so nothing comes from it. Once it can be "
        "opened again, what it got meanwhile is loaded; if it is gone for good, take it out of the account's settings."
    )
    found = [GapFound(_gap(one), now, reason=reason.format(folder=one)) for one in sorted(after - before)]
    return [*found, *(GapClosed(_gap(one)) for one in sorted(before - after))]


def _gap(folder: str) -> str:
    return f"folder {folder}"


def _stars(messages: Sequence[RemoteMessage], mails: Sequence[Fetched]) -> list[StarredElsewhere]:
    """Those that came with a star; one without may bear it in another folder."""
    pairs = zip(messages, mails, strict=True)
    return [StarredElsewhere(message.remote_id, starred=True) for message, mail in pairs if mail.starred]


def _oldest_first(messages: Sequence[RemoteMessage]) -> list[MessageSeen]:
    """Of two copies of one mail ours comes first: it proves the other."""
    in_time = sorted(messages, key=lambda message: (message.sent_at, message.direction is not Direction.OUTGOING))
    return [MessageSeen(message) for message in in_time]
