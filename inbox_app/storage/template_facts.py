"""What the variables of a template stand for in one conversation, or for a post on one account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, String, func, literal, select

from inbox_app.domain.ids import AccountId, ColleagueId, ConversationId, MemberId, MessageId, PostId
from inbox_app.domain.people import Fact
from inbox_app.domain.placeholders import first_name
from inbox_app.domain.recipients import Recipient
from inbox_app.domain.tongues import guess_language, language_name
from inbox_app.domain.words import Direction, Hat
from inbox_app.i18n import _
from inbox_app.storage import accounts, conversations, messages
from inbox_app.storage.accounts import Account
from inbox_app.storage.circles import parts_of
from inbox_app.storage.copies import SHOWN
from inbox_app.storage.creation import ME
from inbox_app.storage.member_facts import facts_of, fields_of
from inbox_app.storage.schema import (
    colleague,
    conversation,
    handle,
    member,
    message,
    message_text,
    post,
)

_LISTENED_TO = 5
"""Messages of a member from which a language is guessed."""
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, and what decides between variants. `because` says where the language is known from."""

    account: AccountId
    channel: str
    values: Mapping[str, str] = field(default_factory=dict)
    hat: Hat = Hat.COMMUNITY
    member: MemberId | None = None
    post: PostId | None = None
    language: str = ""
    because: str = ""


def of_conversation(conn: Connection, me: ColleagueId, wanted: ConversationId, to: MessageId | None) -> Facts:
    """What is known where a message is answered: the one named, else the one that an answer usually is to.

    Raises:
        NotFound: there is no such conversation.
    """
    within = conversations.surviving(conn, wanted)
    row = conn.execute(select(conversation).where(conversation.c.id == within)).one()
    account = accounts.get(conn, AccountId(row.account))
    person = _person(conn, to or messages.to_answer(conn, within))
    under = row.post if person is None or person.post is None else person.post
    values = _of_us(conn, me, account) | {"conversation.title": row.title} | _of_post(conn, under)
    if person is None:
        return Facts(account.id, account.channel, values, Hat(row.hat), post=under)
    known = _known(conn, person)
    language, because = _language(conn, person, known)
    return Facts(
        account=account.id,
        channel=account.channel,
        values=values | _of_member(conn, person, known),
        hat=Hat(row.hat),
        member=MemberId(person.member),
        post=None if under is None else PostId(under),
        language=language,
        because=because,
    )


def of_account(conn: Connection, me: ColleagueId, wanted: AccountId) -> Facts:
    """What is known where a post is made.

    Raises:
        NotFound: there is no such account.
    """
    account = accounts.get(conn, wanted)
    return Facts(account.id, account.channel, _of_us(conn, me, account), account.hat)


def of_letter(conn: Connection, me: ColleagueId, wanted: AccountId, to: Recipient | None, subject: str) -> Facts:
    """What is known where a mail is begun: of whom it goes to first, as a member or by the name that was typed.

    Raises:
        NotFound: there is no such account.
    """
    account = accounts.get(conn, wanted)
    values = _of_us(conn, me, account) | {"conversation.title": subject}
    if to is None:
        return Facts(account.id, account.channel, values, account.hat)
    _role, address, typed = to
    person = _called(conn, account.channel, address)
    if person is None:
        named = {"member.name": typed, "member.first": first_name(typed), "member.handle": address}
        return Facts(account.id, account.channel, values | named, account.hat)
    known = _known(conn, person)
    language, because = _language(conn, person, known)
    return Facts(
        account=account.id,
        channel=account.channel,
        values=values | _of_member(conn, person, known),
        hat=account.hat,
        member=MemberId(person.member),
        language=language,
        because=because,
    )


def _called(conn: Connection, channel: str, address: str) -> Row[*tuple[Any, ...]] | None:
    """The member with this address, as `_person` has one; several of them say nothing."""
    wanted = (
        select(
            literal(None, String).label("message_language"),
            literal("", String).label("body"),
            handle.c.id.label("handle_id"),
            handle.c.handle,
            handle.c.name.label("handle_name"),
            member.c.id.label("member"),
            member.c.name,
        )
        .join(member, member.c.id == handle.c.member)
        .where(handle.c.channel == channel, func.lower(handle.c.handle) == address.lower(), handle.c.own.is_(False))
        .limit(2)
    )
    found = conn.execute(wanted).all()
    return found[0] if len(found) == 1 else None


def _person(conn: Connection, answered: MessageId | None) -> Row[*tuple[Any, ...]] | None:
    """The member who wrote a message; None where it was one of us."""
    if answered is None:
        return None
    wanted = (
        select(
            message.c.post,
            message.c.language.label("message_language"),
            message_text.c.body,
            handle.c.id.label("handle_id"),
            handle.c.handle,
            handle.c.name.label("handle_name"),
            member.c.id.label("member"),
            member.c.name,
        )
        .join_from(message, handle, handle.c.id == message.c.author)
        .join(member, member.c.id == handle.c.member)
        .outerjoin(message_text, message_text.c.id == message.c.id)
        .where(message.c.id == answered, message.c.direction == Direction.INCOMING.value)
    )
    found: Row[*tuple[Any, ...]] | None = conn.execute(wanted).one_or_none()
    return found


def _known(conn: Connection, person: Row[*tuple[Any, ...]]) -> dict[Fact, str]:
    """The member's facts, from all records that were linked."""
    parts = [*parts_of(conn, [MemberId(person.member)])]
    return {fact: known.value for fact, known in facts_of(conn, parts).items()}


def _of_member(conn: Connection, person: Row[*tuple[Any, ...]], known: Mapping[Fact, str]) -> dict[str, str]:
    name = person.handle_name or person.name
    own = fields_of(conn, [*parts_of(conn, [MemberId(person.member)])])
    fields = {f"member.{field.name.casefold()}": said.value for field, said in own}
    return fields | {
        "member.name": name,
        "member.first": known[Fact.PREFERRED_NAME] or first_name(name),
        "member.preferred": known[Fact.PREFERRED_NAME],
        "member.address": known[Fact.ADDRESS_FORM],
        "member.pronouns": known[Fact.PRONOUNS],
        "member.handle": person.handle,
    }


def _of_us(conn: Connection, me: ColleagueId, account: Account) -> dict[str, str]:
    called = conn.execute(select(colleague.c.name).where(colleague.c.id == me)).scalar_one_or_none()
    return {
        "account.name": account.name,
        "account.handle": account.handle,
        # Alone, a colleague has no name but the one the workspace gave.
        "colleague.name": "" if called is None or called == ME else called,
    }


def _of_post(conn: Connection, under: str | None) -> dict[str, str]:
    if under is None:
        return {}
    row = conn.execute(select(post.c.title, post.c.text, post.c.url).where(post.c.id == under)).one()
    begins = " ".join(row.text.split())
    short = begins if len(begins) <= _TITLE else f"{begins[:_TITLE].rsplit(' ', 1)[0]}…"
    return {"post.title": row.title or short, "post.link": row.url}


def _language(conn: Connection, person: Row[*tuple[Any, ...]], known: Mapping[Fact, str]) -> tuple[str, str]:
    """The member's own, else that of the message, else the one that they seem to write in."""
    name, noted = known[Fact.PREFERRED_NAME] or person.handle_name or person.name, known[Fact.LANGUAGE].lower()
    if noted:
        told = _("{name} is noted as speaking {language}.")
        return noted, told.format(name=name, language=language_name(noted))
    if person.message_language:
        told = _("The message is in {language}.")
        return person.message_language, told.format(language=language_name(person.message_language))
    said = (
        select(message_text.c.body)
        .join(message, message.c.id == message_text.c.id)
        .where(message.c.author == person.handle_id, SHOWN)
        .order_by(message.c.id.desc())
        .limit(_LISTENED_TO)
    )
    guessed = guess_language(person.body or "") or guess_language(" ".join(conn.execute(said).scalars()))
    seems = _("{name} seems to write in {language}.")
    return guessed, seems.format(name=name, language=language_name(guessed)) if guessed else ""
