"""The lines of the sidebar as values: views, accounts with their health, tags, each with its count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from inbox_app.domain.filters import By, Is, says_state
from inbox_app.domain.ids import ViewId
from inbox_app.domain.inbox import AccountRow, SidebarCounts, Tag
from inbox_app.domain.views import CountedView
from inbox_app.domain.words import AccountState, Hat, State
from inbox_app.i18n import _, ngettext
from ui.inbox.nothing import REMINDERS
from ui.inbox.views import View, everything, hidden_ones, states_name
from ui.theme.channels import channel_name
from ui.theme.numbers import number
from ui.theme.painting import tag_colour

Id = TypeVar("Id", bound=str)


_MINE = "mine"


class EntryKind(Enum):
    """What a line is."""

    VIEW = "view"
    HEADER = "header"
    ACCOUNT = "account"
    TAG = "tag"


class Tone(Enum):
    """What an account's trouble means for the person, with its colour and its sign."""

    RESTS = ("text3", "pause-circle")
    """It was paused: nothing is wrong."""
    GOES_ON = ("warn", "clock-clockwise")
    """It is tried again by itself."""
    NEEDS_YOU = ("red", "warning-circle")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `mark` is an icon, a channel or a colour, by kind; `trouble` a sentence about an account, in its tone.

    `place` is which kind of place an account is, on channels that play several.
    """

    kind: EntryKind
    key: str
    title: str
    mark: str = ""
    count: int = 0
    view: View | None = None
    trouble: str = ""
    tone: Tone = Tone.NEEDS_YOU
    place: str = ""
    is_more: bool = False
    """Whether there are more than `count`."""

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it."""
        parts = [self.title]
        if self.kind is EntryKind.ACCOUNT:
            parts.insert(0, channel_name(self.mark))
        if self.count:
            parts.append(self._counted)
        parts.append(self.trouble)
        return ", ".join(part for part in parts if part)

    @property
    def _counted(self) -> str:
        if self.view is not None and self.view.state is None:
            told = ngettext("{count} conversation", "{count} conversations", self.count)
        else:
            told = ngettext("{count} open", "{count} open", self.count)
        return told.format(count=number(self.count))


def view_key(wanted: ViewId) -> str:
    """The key of a saved view's line."""
    return f"view:{wanted}"


def entries(
    accounts: Sequence[AccountRow],
    tags: Sequence[Tag],
    counts: SidebarCounts | None,
    hat: Hat | None,
    saved: Sequence[CountedView] = (),
    *,
    in_team: bool = True,
) -> list[Entry]:
    """Every line of the sidebar from top to bottom; where one works alone nothing is assigned."""
    counts = _worn(counts, hat) if counts and hat else counts
    lines = [one for one in _views(counts, hat) if in_team or one.key != _MINE]
    lines.append(Entry(EntryKind.HEADER, "views", _("Views")))
    lines += [_saved(one, hat) for one in saved]
    lines.append(Entry(EntryKind.HEADER, "channels", _("Channels")))
    shared = _shared_names(accounts)
    of_account = counts.open_by_account if counts else {}
    lines += [_account(one, one.name in shared, _of(of_account, one.id), hat) for one in accounts]
    lines.append(Entry(EntryKind.HEADER, "tags", _("Tags")))
    lines += [_tag(tag, _of(counts.open_by_tag if counts else {}, tag.id), hat) for tag in tags]
    return lines


def trouble_of(account: AccountRow) -> str:
    """What keeps an account from working, as a sentence; empty where it works."""
    if account.error:
        return account.error
    return {
        AccountState.SIGN_IN_NEEDED: _("Sign in again to go on."),
        AccountState.PAUSED: _("Paused. Nothing is fetched or sent."),
    }.get(account.state, "")


def _views(counts: SidebarCounts | None, hat: Hat | None) -> list[Entry]:
    states = counts.by_state if counts else {}
    views = [
        (everything(), "tray", states.get(State.OPEN, 0)),
        (View(_("Assigned to me"), Is(By.MINE), _MINE), "user", counts.mine if counts else 0),
        (View(_("Unread"), Is(By.UNREAD), "unread"), "envelope-simple", counts.unread if counts else 0),
        (View(_("Reminders"), Is(By.HAS_REMINDER), REMINDERS, None), "bell", counts.reminders if counts else 0),
        (_of_state(State.SNOOZED), "clock", states.get(State.SNOOZED, 0)),
        (_of_state(State.DONE), "check", 0),
        (hidden_ones(), "eye-slash", 0),
    ]
    return [Entry(EntryKind.VIEW, view.key, view.title, icon, count, view.worn(hat)) for view, icon, count in views]


def _saved(one: CountedView, hat: Hat | None) -> Entry:
    kept = one.view
    shown = View(kept.name, kept.filter, view_key(kept.id), None if says_state(kept.filter) else State.OPEN)
    count = one.count if hat is None else 0
    return Entry(
        EntryKind.VIEW, shown.key, kept.name, "funnel", count, shown.worn(hat), is_more=one.is_more and hat is None
    )


def _worn(counts: SidebarCounts, hat: Hat) -> SidebarCounts:
    """What is known for one hat alone; no count is better than one that the list does not bear out."""
    open_now = {State.OPEN: counts.open_by_hat.get(hat, 0)}
    return replace(counts, by_state=open_now, open_by_account={}, open_by_tag={}, mine=0, unread=0, reminders=0)


def _of_state(state: State) -> View:
    return View(states_name(state), Is(By.STATE, (state.value,)), state.value, None)


def _shared_names(accounts: Sequence[AccountRow]) -> frozenset[str]:
    """Names that do not tell one account from another."""
    names = Counter(account.name for account in accounts)
    return frozenset(name for name, times in names.items() if times > 1)


def _account(account: AccountRow, shares_name: bool, count: int, hat: Hat | None) -> Entry:
    title = account.handle if shares_name else account.name or account.handle
    view = View(title, Is(By.ACCOUNT, (account.id,)), f"account:{account.id}")
    if account.state is AccountState.ARCHIVE:  # all of it is done, so that a tab for what is open would be empty
        view = replace(view, title=_("{name} (archive)").format(name=title), state=None)
    place = account.settings.get("place", "")
    return Entry(
        EntryKind.ACCOUNT,
        view.key,
        view.title,
        account.channel,
        count,
        view.worn(hat),
        trouble_of(account),
        _TONES.get(account.state, Tone.NEEDS_YOU),
        place,
    )


_TONES = {AccountState.PAUSED: Tone.RESTS, AccountState.ACTIVE: Tone.GOES_ON}


def _tag(tag: Tag, count: int, hat: Hat | None) -> Entry:
    # Where only people have it, it leads to what they take part in: else to an empty list.
    by = By.MEMBER_TAG if tag.on_members_alone else By.TAG
    view = View(tag.name, Is(by, (tag.id,)), f"tag:{tag.id}").worn(hat)
    return Entry(EntryKind.TAG, view.key, tag.name, tag_colour(tag.name, tag.colour), count, view)


def _of(counts: Mapping[Id, int], key: Id) -> int:
    return counts.get(key, 0)
