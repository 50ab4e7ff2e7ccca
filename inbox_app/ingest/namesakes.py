"""Mails that bear one Message-ID although different people wrote them, or one person twice: each stays a message.

Whoever reads a Message-ID can put it on a mail; taken for the same message, that mail would replace a stranger's text
and pass for an edit. One of the two keeps the Message-ID, ours before anybody's and then by the author's address, so
that the order of arrival decides nothing; the others are named by a hash of their author and the Message-ID, which is
the same for each copy, however it travelled. Where one author gave one Message-ID to different texts, the first to come
keeps it and the others are named by their bytes too: mails are not edited, and old archives have such. All keep the
Message-ID as a key: they stand in one conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from inbox_app.domain.words import Direction, Kind
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.changing import says_something_else
from inbox_app.ingest.claims import is_claim, is_copy_of_ours, prove
from inbox_app.ingest.work import Work
from inbox_app.storage import arrivals, people
from inbox_app.storage.arrivals import Known, known_messages


def tell_apart(work: Work, arrived: Sequence[Arrival]) -> dict[str, Known]:
    """The stored ones of these messages by remote id, once namesakes have names of their own."""
    known = known_messages(work.tx.conn, work.source.account, {one.remote_id for one in arrived})
    others = [one for one in arrived if (stored := known.get(one.remote_id)) and _is_other(work, one, stored)]
    for one in others:
        written = sha256(one.message.raw or b"").hexdigest()
        one.remote_id = _name(f"{one.author}{written}", one.remote_id)
        one.message = replace(one.message, copy_key=None)
    if others:
        return tell_apart(work, arrived)
    clashes = [(one, stored) for one in arrived if (stored := known.get(one.remote_id)) and _clash(work, one, stored)]
    if not clashes:
        return known
    wrote = people.remote_ids(work.tx.conn, {stored.author for _, stored in clashes})
    for one, stored in clashes:
        author = wrote[stored.author]
        if one.is_ours and is_claim(author) and prove(work, stored, one):
            continue
        if (stored.direction == Direction.INCOMING, author) < (not one.is_ours, one.author):
            one.remote_id, one.message = _name(one.author, one.remote_id), replace(one.message, copy_key=None)
        else:
            arrivals.rename(work.tx, stored.id, one.remote_id, _name(author, one.remote_id))
    return known_messages(work.tx.conn, work.source.account, {one.remote_id for one in arrived})


def _clash(work: Work, one: Arrival, stored: Known) -> bool:
    if one.kind is not Kind.MAIL or stored.author == work.people[one.author].id:
        return False
    if is_copy_of_ours(one, stored):
        return False
    return not (one.is_ours and stored.direction == Direction.OUTGOING)  # ours, under another address of ours


def _is_other(work: Work, one: Arrival, stored: Known) -> bool:
    return not one.is_ours and stored.author == work.people[one.author].id and says_something_else(one, stored)


def _name(author: str, remote_id: str) -> str:
    """No Message-ID looks like this, so nobody can choose one that is taken."""
    return f"sha256:{sha256(f'{author}<{remote_id}>'.encode()).hexdigest()}<>"
