"""Questions about templates: which there are, what one says here, what is to be known before it goes, how it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MessageId, TemplateId
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.macro import Step
from inbox_app.domain.placeholders import Filled, fill
from inbox_app.domain.recipients import Recipient
from inbox_app.domain.speaking_dates import date_in, weekday_in
from inbox_app.domain.templates import Family, Surroundings, Template, choose
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Hat
from inbox_app.i18n import _, current_language, ngettext
from inbox_app.settings import local_zone
from inbox_app.storage import template_facts, template_uses, templates
from inbox_app.storage.blobs import read_whole
from inbox_app.storage.store import Store
from inbox_app.storage.template_facts import Facts
from inbox_app.storage.template_uses import Outcome
from inbox_app.storage.transaction import Reading

__all__ = [
    "Envelope",
    "Outcome",
    "Prepared",
    "Warned",
    "families",
    "files",
    "named",
    "outcome",
    "outcome_text",
    "prepare",
    "prepare_letter",
    "prepare_post",
    "warned",
    "warned_of_letter",
]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A template as it would stand here: the variant, why that one, and its text with what is missing."""

    family: Family
    template: Template
    filled: Filled
    reasons: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail that is begun: the account that writes, whom it goes to first, and its subject."""

    account: AccountId
    to: Recipient | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """What is to be known before a template goes: that it was said already, or belongs to the other hat.

    What it does along is told too, and is nothing to be warned of.
    """

    name: str = ""
    said_to: str = ""
    said_at: datetime | None = None
    promotional: bool = False
    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return self.said_at is not None or self.promotional


async def families(store: Store, me: ColleagueId) -> tuple[Family, ...]:
    """Every template that a colleague may use, by folder and name."""
    return await store.read(lambda conn: templates.families(conn, me))


async def named(store: Store, me: ColleagueId, wanted: str) -> Family:
    """One template by id, shortcut or name.

    Raises:
        NotFound: there is none.
    """
    return await store.read(lambda conn: templates.family_named(conn, me, wanted))


async def prepare(
    store: Store,
    me: ColleagueId,
    wanted: str,
    conversation: ConversationId,
    to: MessageId | None = None,
    *,
    channel_name: str = "",
    allows: Callable[[str], bool] = lambda _text: True,
    given: Mapping[str, str] | None = None,
) -> Prepared:
    """What a template says in a conversation. `allows` says what is short enough; `given` are values by hand.

    Raises:
        NotFound: there is no such template, or no such conversation.
    """

    def work(conn: Reading) -> Prepared:
        facts = template_facts.of_conversation(conn, me, conversation, to)
        return _prepare(conn, me, wanted, _with(facts, given), channel_name, allows, store.now())

    return await store.read(work)


async def prepare_post(
    store: Store,
    me: ColleagueId,
    wanted: str,
    account: AccountId,
    *,
    channel_name: str = "",
    given: Mapping[str, str] | None = None,
) -> Prepared:
    """What a template says as a post on an account.

    Raises:
        NotFound: there is no such template, or no such account.
    """

    def work(conn: Reading) -> Prepared:
        facts = _with(template_facts.of_account(conn, me, account), given)
        return _prepare(conn, me, wanted, facts, channel_name, lambda _text: True, store.now())

    return await store.read(work)


async def prepare_letter(
    store: Store,
    me: ColleagueId,
    wanted: str,
    letter: Envelope,
    *,
    channel_name: str = "",
    given: Mapping[str, str] | None = None,
) -> Prepared:
    """What a template says in a mail that begins a conversation.

    Raises:
        NotFound: there is no such template, or no such account.
    """

    def work(conn: Reading) -> Prepared:
        facts = _with(template_facts.of_letter(conn, me, letter.account, letter.to, letter.subject), given)
        return _prepare(conn, me, wanted, facts, channel_name, lambda _text: True, store.now())

    return await store.read(work)


async def warned(
    store: Store, me: ColleagueId, of: TemplateId, conversation: ConversationId, to: MessageId | None = None
) -> Warned:
    """What is to be known before a template goes out here; nothing where there is nothing to know."""

    return await store.read(
        lambda conn: _warned(conn, me, of, template_facts.of_conversation(conn, me, conversation, to))
    )


async def warned_of_letter(store: Store, me: ColleagueId, of: TemplateId, letter: Envelope) -> Warned:
    """The same of a mail that begins a conversation."""
    return await store.read(
        lambda conn: _warned(
            conn, me, of, template_facts.of_letter(conn, me, letter.account, letter.to, letter.subject)
        )
    )


async def outcome(store: Store, family: Family) -> Outcome:
    """How a template did: answers to it, and from how many members."""
    return await store.read(lambda conn: template_uses.outcome(conn, [one.id for one in family.all]))


def outcome_text(did: Outcome) -> str:
    """That as a sentence, with what was counted."""
    asked = ngettext("Asked {count} time", "Asked {count} times", did.asked).format(count=did.asked)
    answers = ngettext("{count} answer", "{count} answers", did.answers).format(count=did.answers)
    members = ngettext("from {count} member", "from {count} members", did.members).format(count=did.members)
    text = _(
        "{asked}; {answers} {members}. Counted are comments from outside under posts made from it, and direct answers "
        "to messages made from it."
    )
    return text.format(asked=asked, answers=answers, members=members)


async def files(store: Store, family: Family) -> tuple[tuple[DraftFile, bytes], ...]:
    """What goes along with a template, with its bytes."""

    def work(conn: Reading) -> tuple[tuple[DraftFile, bytes], ...]:
        return tuple((one, read_whole(conn, store.blobs, one.digest)) for one in family.files)

    return await store.read(work)


def _warned(conn: Reading, me: ColleagueId, of: TemplateId, facts: Facts) -> Warned:
    if templates.first_of(conn, of) is None:
        return Warned()
    family = templates.family_named(conn, me, of)
    said = None
    if facts.member is not None:
        said = template_uses.last_for_member(conn, [one.id for one in family.all], facts.member)
    return Warned(
        name=family.first.name,
        said_to=facts.values.get("member.name", ""),
        said_at=None if said is None else from_ms(said),
        promotional=family.first.hat is Hat.SOCIAL and facts.hat is Hat.COMMUNITY,
        steps=family.first.steps,
    )


def _with(facts: Facts, given: Mapping[str, str] | None) -> Facts:
    return replace(facts, values={**facts.values, **(given or {})})


def _prepare(
    conn: Reading,
    me: ColleagueId,
    wanted: str,
    facts: Facts,
    channel_name: str,
    allows: Callable[[str], bool],
    now: int,
) -> Prepared:
    family = templates.family_named(conn, me, wanted)
    values = {**facts.values, "channel.name": channel_name or facts.channel}
    texts = [one.id for one in family.all]
    here = Surroundings(
        channel=facts.channel,
        channel_name=channel_name or facts.channel,
        # Where nobody knows better, the language that the person who answers reads.
        language=facts.language or current_language(),
        because=facts.because,
        is_short_enough=lambda one: allows(fill(one.text, values | _today(one.language, now)).text),
        used_here={} if facts.post is None else template_uses.last_under_post(conn, texts, facts.post),
    )
    chosen = choose(family, here)
    values |= _today(chosen.template.language or facts.language, now)
    text, title = fill(chosen.template.text, values), fill(chosen.template.title, values).text
    return Prepared(family, chosen.template, text, chosen.reasons, title)


def _today(language: str, now: int) -> dict[str, str]:
    day = from_ms(now).astimezone(local_zone()).date()
    return {"today.date": date_in(day, language or "en"), "today.weekday": weekday_in(day, language or "en")}
