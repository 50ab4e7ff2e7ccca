"""Mails that bear our name without proof: of somebody who claims to be us, until a copy only we can store proves them.

Whoever writes a From line can write ours into it. Such a mail is incoming, by an author who is told apart from us by a
remote id and a name that say so. A copy of a mail of ours that came back (to ourselves, by a list) bears its Message-ID
and its words: that one is only a place more where ours lies, whichever of the two came first.
"""

from __future__ import annotations

from dataclasses import replace

from inbox_app.contract.remote import RemoteAuthor, RemoteMessage
from inbox_app.domain.words import Direction, MessageState
from inbox_app.i18n import _
from inbox_app.ingest.arrival import Arrival
from inbox_app.ingest.work import Work
from inbox_app.storage import arrivals, recounting
from inbox_app.storage.arrivals import Known

_UNPROVEN = "unproven:"


def is_claim(author: str) -> bool:
    """Whether the author of this remote id only claims to be us."""
    return author.startswith(_UNPROVEN)


def marked(message: RemoteMessage) -> RemoteMessage:
    """The message, its author marked where only they say that they are us."""
    if not message.claims_us:
        return message
    author = message.author
    name = _("{name} (claims to be you)").format(name=author.name or author.handle)
    return replace(message, author=RemoteAuthor(f"{_UNPROVEN}{author.remote_id}", author.handle, name))


def is_copy_of_ours(one: Arrival, stored: Known) -> bool:
    """Whether what only claims to be ours says no more than ours under the same Message-ID."""
    if not one.message.claims_us or stored.direction != Direction.OUTGOING:
        return False
    ours, said = stored.body.split(), one.text.split()
    # What we wrote here is stored without the signature and the quote that went out with it, until its copy comes.
    return said == ours or (bool(ours) and stored.colleague is not None and said[: len(ours)] == ours)


def prove(work: Work, stored: Known, ours: Arrival) -> bool:
    """Ours came with the words of what only claimed to be ours: it was ours all along. False where words differ."""
    if stored.body.split() != ours.text.split():
        return False
    work.board.save()
    arrivals.change_messages(
        work.tx,
        {
            stored.id: {
                "author": work.people[ours.author].id,
                "direction": Direction.OUTGOING.value,
                "state": MessageState.DELIVERED.value,
                "needs_work": False,
            }
        },
    )
    arrivals.mark_read(work.tx, [stored.id])
    recounting.recount(work.tx, {stored.conversation})
    work.board.forget({stored.conversation})
    work.changed.add(stored.id)
    return True
