"""What a book or a paper says of where it comes from: its accounts by name, and what of the workspace was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from inbox_app.domain.filter_words import to_words
from inbox_app.domain.filters import EVERYTHING
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.selection import Selection
from inbox_app.domain.speaking_dates import date_in
from inbox_app.i18n import _, current_language, ngettext


class Chosen(Protocol):
    """History of which something was chosen."""

    @property
    def chosen(self) -> Selection:
        """What was asked for."""

    def records(self, name: str) -> Iterator[JsonObject]:
        """What it rests on."""


def account_names(source: Chosen) -> dict[str, str]:
    """Each account as people tell it apart: a brand often has one name on all of its channels."""
    return {str(one["id"]): _account_name(one) for one in source.records("accounts")}


def part_sentence(source: Chosen) -> str:
    """Which part of the workspace this is; empty where it is everything."""
    if source.chosen.is_everything:
        return ""
    return _("This is a part of the workspace: {what}.").format(what=", ".join(_parts(source)))


def _parts(source: Chosen) -> Iterator[str]:
    chosen = source.chosen
    if chosen.account is not None:
        name = account_names(source).get(chosen.account, chosen.account)
        yield _("the account {name}").format(name=name)
    if chosen.member is not None:
        names = (str(one["name"]) for one in source.records("members") if one["id"] == chosen.member)
        yield _("conversations with {name}").format(name=next(names, chosen.member))
    if count := len(chosen.conversations):
        yield ngettext("{count} chosen conversation", "{count} chosen conversations", count).format(count=count)
    if chosen.filter != EVERYTHING:
        yield _("what the view “{words}” holds").format(words=to_words(chosen.filter))
    if chosen.query:
        yield _("what “{words}” finds").format(words=chosen.query)
    if chosen.since is not None:
        yield _("from {day} on").format(day=_day(chosen.since))
    if chosen.until is not None:
        yield _("before {day}").format(day=_day(chosen.until))


def _account_name(record: JsonObject) -> str:
    names = (str(record.get("name") or ""), str(record.get("handle") or ""), str(record["channel"]).capitalize())
    return " · ".join(dict.fromkeys(one for one in names if one))


def _day(moment: datetime) -> str:
    return date_in(moment.astimezone().date(), current_language())
