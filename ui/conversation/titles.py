"""What the header of a thread says, by kind of conversation."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox_app.domain.inbox import ConversationRow, Thread
from inbox_app.domain.words import Hat, Kind
from inbox_app.i18n import _, ngettext
from ui.theme.channels import channel_name
from ui.theme.moments import at
from ui.theme.numbers import number
from ui.theme.painting import tag_colour
from ui.theme.theme import Theme
from ui.theme.widgets import Chip

_TAGS, _LONGEST = 3, 24


def title_of(thread: Thread) -> str:
    """The thread's name."""
    row = thread.row
    who = row.members[0] if row.members else thread.account.name
    if row.post_title:
        return _("Comments on “{post}”").format(post=row.post_title)
    if row.title:
        return row.title
    match row.kind:
        case Kind.COMMENTS:
            return _("Comment by {name}").format(name=who)
        case Kind.MENTION:
            return _("{name} mentions you").format(name=who)
        case Kind.REVIEW:
            return _("Review by {name}").format(name=who)
    return ", ".join(row.members[:3]) or thread.account.name


def subtitle_of(thread: Thread) -> str:
    """How much is to do and how much there is, then the account and the channel: its end is what a narrow pane cuts."""
    row = thread.row
    parts = [
        ngettext("{count} message", "{count} messages", row.messages).format(count=number(row.messages)),
        accounts_of(thread),
    ]
    if row.needs_reply:
        told = ngettext("{count} needs a reply", "{count} need a reply", row.needs_reply)
        parts.insert(0, told.format(count=number(row.needs_reply)))
    return " · ".join(parts)


def chips_of(theme: Theme, row: ConversationRow) -> list[Chip]:
    """The social hat and the tags of a conversation; of many tags the first, and how many more there are."""
    chips = [Chip(theme, _("Social"), icon="megaphone")] if row.hat is Hat.SOCIAL else []
    chips += [Chip(theme, tag.name[:_LONGEST], dot=tag_colour(tag.name, tag.colour)) for tag in row.tags[:_TAGS]]
    if more := row.tags[_TAGS:]:
        chips.append(Chip(theme, f"+{len(more)}"))
        chips[-1].setToolTip(", ".join(tag.name for tag in more))
        chips[-1].setAccessibleName(", ".join(tag.name for tag in more))
    return chips


def account_of(thread: Thread) -> str:
    """As whom one speaks here, and where."""
    account = thread.account
    name = account.name or account.handle
    return _("{account} on {channel}").format(account=name, channel=channel_name(account.channel))


def speaker_of(thread: Thread) -> str:
    """As whom one answers; empty where several accounts could, since then the mail's own line says it."""
    return account_of(thread) if len(thread.ours) < 2 else ""


def accounts_of(thread: Thread) -> str:
    """The same where several accounts got this: by their addresses, since they may bear one name."""
    if len(thread.ours) < 2:
        return account_of(thread)
    names = ", ".join(one.handle for one in thread.ours)
    return _("{account} on {channel}").format(account=names, channel=channel_name(thread.account.channel))


def window_of(thread: Thread, now: datetime | None = None) -> str:
    """Until when the channel takes an answer; empty where it always does."""
    if thread.reply_until is None:
        return ""
    if thread.reply_until <= (now or datetime.now(UTC)):
        return _("Replies closed {when}").format(when=at(thread.reply_until, now, inside=True))
    return _("Reply until {when}").format(when=at(thread.reply_until, now, inside=True))
