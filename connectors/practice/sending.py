"""What we do to the community: checked, written into the journal, and lost on the way where the weather says so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from connectors.practice import wire
from connectors.practice.abilities import POSTING, abilities, closed_reason, place_of
from connectors.practice.client import Community
from connectors.practice.journal import Entry
from connectors.practice.places import Place
from connectors.practice.weather import forecast, lose_answer, lose_request
from inbox_app.contract.acts import Act, OutgoingFile, Receipt
from inbox_app.contract.errors import Rejected
from inbox_app.contract.limits import Counting, Limits
from inbox_app.contract.texts import _
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.words import Action, ActKind, Kind

_COMMENT: Final = 500
_FILES: Final = 4
_FOLDER: Final = "files"


def limits(place: Place) -> Limits:
    """What one message may hold."""
    text = _COMMENT if place is Place.COMMENTS else None
    return Limits(text=text, counting=Counting.GRAPHEMES, files=_FILES)


def send(town: Community, act: Act, frozen: bytes, now: int, *, once: bool) -> Receipt:
    """Write a message or a post into the journal.

    Raises:
        Rejected: too long, too many files, the reply window is over, or the place takes no posts.
        Unsure: the weather lost the request or the answer.
    """
    _check(town, act)
    copies = 0 if once else sum(entry.key == act.key for entry in town.journal.entries())
    entry = wire.thaw(town.place, frozen, from_ms(now), copies)
    return _keep(town, entry, once=once, files=act.files)


def change(town: Community, act: Act, now: int) -> Receipt:
    """Write what changes something that is there into the journal; twice changes nothing more.

    Raises:
        Rejected: this place cannot do it, and why.
        Unsure: the weather lost the request or the answer.
    """
    _check_ability(town, act)
    return _keep(town, wire.entry_of(act, from_ms(now)), once=True, files=())


def kept_file(town: Community, attachment: str) -> bytes | None:
    """The bytes of a file we sent, by the attachment's remote id."""
    path = _path(town, attachment)
    return town.files.read(path) if path.is_file() else None


def _keep(town: Community, entry: Entry, *, once: bool, files: Sequence[OutgoingFile]) -> Receipt:
    lose_request(town.folder, forecast(town.folder))
    for file in files:
        town.files.write(_path(town, f"{entry.id}/{file.name}"), file.data)
    kept = town.journal.append(entry, once=once)
    lose_answer(town.folder, forecast(town.folder))
    return Receipt(kept.id or kept.target, from_ms(kept.at))


def _path(town: Community, attachment: str) -> Path:
    # A name may say as much as a content.
    return town.folder / _FOLDER / hashlib.sha256(attachment.encode()).hexdigest()


def _check(town: Community, act: Act) -> None:
    private = act.conversation_kind is Kind.DIRECT
    allowed = limits(place_of(town.place, private=private))
    if not allowed.allows_text(act.text):
        raise Rejected(
            _("A comment here has at most {limit} characters; this one has {length}.").format(
                limit=allowed.text, length=allowed.length(act.text)
            )
        )
    if len(act.files) > _FILES:
        raise Rejected(_("At most {limit} files go with one message here.").format(limit=_FILES))
    if act.kind is ActKind.POST and town.place not in POSTING:
        raise Rejected(_("This place has no posts."))
    target = town.said(act.target.remote_id) if act.target else None
    if target is not None and target.closed:
        raise Rejected(closed_reason())


def _check_ability(town: Community, act: Act) -> None:
    if act.action is None or act.target is None:
        return
    target = town.said(act.target.remote_id)
    ours = target is not None and target.member is None
    place = place_of(town.place, private=target is not None and target.private)
    ability = abilities(place, ours=ours, closed=False, blocked=act.action is Action.UNBLOCK).of(act.action)
    if not ability.possible:
        raise Rejected(ability.reason or _("This cannot be done here."))
