"""Introducing people of a played community of whom things were written down before anybody came to practise."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from inbox_app.contract.manifest import Acquaintance, Acquaintances, Promise
from inbox_app.domain.ids import ColleagueId, HandleId, MemberId, new_id
from inbox_app.domain.reminders import Plan
from inbox_app.domain.repeats import repeat_since
from inbox_app.domain.timecode import from_ms
from inbox_app.settings import local_zone
from inbox_app.storage import member_facts, notes, people, reminders, rules
from inbox_app.storage.people import HandleRow, MemberRow
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def introduce(store: Store, me: ColleagueId, channel: str, known: Acquaintances) -> None:
    """Write down what is known of these people, and the rules about them; where they are here already, nothing.

    It is how things stood before anybody decided anything: no undo takes it back.
    """

    today = from_ms(store.now()).astimezone(local_zone())

    def work(tx: Tx) -> None:
        remote_ids = [one.author.remote_id for one in known.people]
        here = {one.remote_id for one in people.known_handles(tx.conn, channel, remote_ids)}
        new = [one for one in known.people if one.author.remote_id not in here]
        if new:
            for rule in known.rules:
                rules.put(tx, rule)
            fields = {name: member_facts.define(tx, name, type_, key=key) for name, type_, key in known.fields}
            for one in new:
                member = _meet(tx, channel, one)
                own = {fields[name]: value for name, value in one.fields.items()}
                member_facts.begin(tx, member, one.facts, own, one.tags)
                notes.begin(tx, me, member, one.notes, one.pinned)
                for promise in one.promises:
                    reminders.begin(tx, me, member, _plan(promise, today))

    await store.write(work)


def _plan(promise: Promise, today: datetime) -> Plan:
    """When it falls due by the clock on the wall, wherever summer time begins or ends; on a day of its rule, if any."""
    begin = datetime.combine(today.date() + timedelta(days=promise.days), time(promise.hour), today.tzinfo)
    repeat = repeat_since(promise.rule, begin) if promise.rule else None
    if repeat is None:
        return Plan(begin, promise.text)
    return Plan(repeat.first.moment, promise.text, rule=repeat.rule, wall=repeat.first.wall)


def _meet(tx: Tx, channel: str, one: Acquaintance) -> MemberId:
    """A handle that has not spoken yet, and its member."""
    author, made = one.author, MemberId(new_id())
    member: MemberRow = {
        "id": made,
        "name": author.name or author.handle,
        "first_seen": None,
        "last_seen": None,
        "message_count": 0,
    }
    handle: HandleRow = {
        "id": HandleId(new_id()),
        "channel": channel,
        "remote_id": author.remote_id,
        "handle": author.handle,
        "name": author.name,
        "avatar_url": author.avatar_url,
        "profile_url": author.profile_url,
        "is_bot": author.is_bot,
        "member": made,
        "own": False,
    }
    people.add_people(tx, [member], [handle])
    return made
