"""The one table of commands: their names, keys and when they can be given; shortcuts, menus and the bar use it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto, unique

from PySide6.QtGui import QKeySequence

from inbox_app.i18n import LazyText, _
from inbox_app.i18n import lazy_gettext as N_  # noqa: N812 - the mark by which texts are collected


@unique
class Does(Enum):
    """What can be asked of the window by a key."""

    NEXT = auto()
    PREVIOUS = auto()
    REPLY = auto()
    REPLY_ALL = auto()
    REPLY_PRIVATELY = auto()
    FORWARD = auto()
    NEW_MAIL = auto()
    PUBLISH = auto()
    MESSAGE = auto()
    DONE = auto()
    UNREAD = auto()
    NOTE = auto()
    NOTE_HERE = auto()
    MET = auto()
    TAG_MEMBER = auto()
    LINK = auto()
    TIMELINE = auto()
    REMIND_MEMBER = auto()
    ERASE = auto()
    PACK = auto()
    OURS = auto()
    REOPEN = auto()
    SNOOZE = auto()
    TAG = auto()
    HAT = auto()
    ASSIGN = auto()
    UNDO = auto()
    SEND = auto()
    SEND_AND_NEXT = auto()
    SEND_AND_DONE = auto()
    SEND_LATER = auto()
    SEARCH = auto()
    NEXT_HIT = auto()
    PREVIOUS_HIT = auto()
    BACK = auto()
    PANEL = auto()
    DETACH = auto()
    CLOSE = auto()
    COMMANDS = auto()
    KEYS = auto()
    ATTACH = auto()
    TEMPLATE = auto()
    TEMPLATES = auto()
    SAVE_TEMPLATE = auto()
    TONE = auto()
    MEND = auto()
    SPELLING = auto()
    REFRESH = auto()
    ADD_ACCOUNT = auto()
    IMPORT = auto()
    EXPORT = auto()
    OTHER_HAT = auto()
    BOTH_HATS = auto()
    NEW_VIEW = auto()
    RULES = auto()
    MERGE = auto()
    SPLIT = auto()
    MOVE = auto()
    PRIORITY = auto()
    PICK = auto()
    PICK_TO = auto()
    PICK_ALL = auto()
    HIDE = auto()
    SPAM = auto()
    SHOW_AGAIN = auto()
    HISTORY = auto()
    GO_INBOX = auto()
    GO_WAITING = auto()
    LEDGER = auto()
    SETTINGS = auto()
    REMINDERS = auto()
    MEMBERS = auto()
    PAIRS = auto()
    WELCOME = auto()
    QUESTIONS = auto()
    REPORT = auto()
    KEEP_PROMISE = auto()
    NOTIFICATIONS = auto()
    WORKSPACES = auto()
    BACKUPS = auto()
    NEW_WORKSPACE = auto()
    ENCRYPTION = auto()
    PRACTICE = auto()
    THEME = auto()
    TOUR = auto()
    QUIT = auto()


class When(Enum):
    """What must be there for a command to make sense."""

    ALWAYS = auto()
    WORKSPACE = auto()
    """A workspace is open."""
    CONVERSATION = auto()
    """A conversation is selected."""
    TEAM = auto()
    """The same, and there is a colleague to give it to."""


def why_not(when: When) -> str:
    """What is missing where a command makes no sense now."""
    if when is When.TEAM:
        return _("There is no colleague here to give it to.")
    return _("Open a conversation first.")


class Where(Enum):
    """Where its keys are heard."""

    ANYWHERE = auto()
    OUTSIDE_TEXT = auto()
    """Not while a text field has the focus: there the key is typed."""
    LIST_AND_THREAD = auto()
    """Only there, since elsewhere the key presses a button."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `keys` in Qt's portable form; `G, I` is one key after another."""

    does: Does
    name: LazyText
    keys: tuple[str, ...]
    when: When = When.WORKSPACE
    where: Where = Where.ANYWHERE


_TEXT = Where.OUTSIDE_TEXT

COMMANDS: tuple[Command, ...] = (
    Command(Does.NEXT, N_("Next conversation"), ("J",), where=_TEXT),
    Command(Does.PREVIOUS, N_("Previous conversation"), ("K",), where=_TEXT),
    Command(Does.REPLY, N_("Reply"), ("R",), When.CONVERSATION, _TEXT),
    Command(Does.REPLY, N_("Reply"), ("Return", "Enter"), When.CONVERSATION, Where.LIST_AND_THREAD),
    Command(Does.REPLY_ALL, N_("Reply to all"), ("Shift+R",), When.CONVERSATION, _TEXT),
    Command(Does.REPLY_PRIVATELY, N_("Reply to the author alone, or to everybody again"), ("Shift+P",),
            When.CONVERSATION, _TEXT),
    Command(Does.REPLY_PRIVATELY, N_("Reply to the author alone, or to everybody again"), ("Ctrl+P",),
            When.CONVERSATION),
    Command(Does.FORWARD, N_("Forward"), ("F",), When.CONVERSATION, _TEXT),
    Command(Does.NEW_MAIL, N_("New mail"), ("Ctrl+N",)),
    Command(Does.PUBLISH, N_("Ask your community…"), ("Ctrl+Shift+C",)),
    Command(Does.MESSAGE, N_("What can be done with the message"), (".",), When.CONVERSATION, _TEXT),
    Command(Does.DONE, N_("Done"), ("E",), When.CONVERSATION, _TEXT),
    Command(Does.REOPEN, N_("Open again"), ("Shift+E",), When.CONVERSATION, _TEXT),
    Command(Does.SNOOZE, N_("Snooze or remind…"), ("S",), When.CONVERSATION, _TEXT),
    Command(Does.TAG, N_("Tag"), ("L",), When.CONVERSATION, _TEXT),
    Command(Does.HAT, N_("Change the hat"), ("H",), When.CONVERSATION, _TEXT),
    Command(Does.ASSIGN, N_("Assign to a colleague"), ("A",), When.TEAM, _TEXT),
    Command(Does.UNREAD, N_("Mark as unread"), ("U",), When.CONVERSATION, _TEXT),
    Command(Does.NOTE, N_("Take a note about the member"), ("N",), When.CONVERSATION, _TEXT),
    Command(Does.NOTE_HERE, N_("Take a note on the conversation"), ("Shift+N",), When.CONVERSATION, _TEXT),
    Command(Does.MET, N_("Write down that you met the member…"), ("Shift+I",), When.CONVERSATION, _TEXT),
    Command(Does.TAG_MEMBER, N_("Tag the member"), ("Shift+L",), When.CONVERSATION, _TEXT),
    Command(Does.LINK, N_("Link the member with another"), ("M",), When.CONVERSATION, _TEXT),
    Command(Does.TIMELINE, N_("Whole timeline of the member"), ("Shift+M",), When.CONVERSATION, _TEXT),
    Command(Does.REMIND_MEMBER, N_("Remind me about the member…"), ("Shift+S",), When.CONVERSATION, _TEXT),
    Command(Does.PICK, N_("Select, or leave out again"), ("X",), When.CONVERSATION, _TEXT),
    Command(Does.PICK_TO, N_("Select all up to here"), ("Shift+X",), When.CONVERSATION, _TEXT),
    Command(Does.PICK_ALL, N_("Select all of the list"), ("Ctrl+A",), where=_TEXT),
    Command(Does.HIDE, N_("Hide on the service"), ("Shift+H",), When.CONVERSATION, _TEXT),
    Command(Does.SPAM, N_("Mark as spam on the service"), ("!",), When.CONVERSATION, _TEXT),
    Command(Does.SHOW_AGAIN, N_("Show again what is hidden"), ("Ctrl+H",), When.CONVERSATION),
    Command(Does.MERGE, N_("Join what is selected into one conversation"), ("Ctrl+M",), When.CONVERSATION),
    Command(Does.SPLIT, N_("Take a message out into a conversation of its own"), ("Ctrl+Shift+M",), When.CONVERSATION),
    Command(Does.MOVE, N_("Move a message to another conversation…"), ("Ctrl+Alt+M",), When.CONVERSATION),
    Command(Does.PRIORITY, N_("Mark as important (star), or no longer"), ("I",), When.CONVERSATION, _TEXT),
    Command(Does.HISTORY, N_("Everything that was decided…"), ("Ctrl+Shift+H",)),
    Command(Does.ERASE, N_("Erase the member for good…"), ("Ctrl+Shift+Del",), When.CONVERSATION),
    Command(Does.PACK, N_("Hand over everything about the member"), ("Ctrl+Shift+G",), When.CONVERSATION),
    Command(Does.OURS, N_("Make the member one of us, or a member again"), ("Ctrl+Shift+U",), When.CONVERSATION),
    Command(Does.UNDO, N_("Undo"), ("Z",), where=_TEXT),
    Command(Does.UNDO, N_("Undo"), ("Ctrl+Z",)),
    Command(Does.SEND, N_("Send"), ("Ctrl+Return", "Ctrl+Enter"), When.CONVERSATION),
    Command(Does.SEND_AND_NEXT, N_("Send and go to the next"), ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
            When.CONVERSATION),
    Command(Does.SEND_AND_DONE, N_("Send, and the conversation is done"), ("Ctrl+Alt+Return", "Ctrl+Alt+Enter"),
            When.CONVERSATION),
    Command(Does.SEND_LATER, N_("Send later…"), ("Ctrl+Shift+Y",), When.CONVERSATION),
    Command(Does.ATTACH, N_("Attach files"), ("Ctrl+Shift+A",), When.CONVERSATION),
    Command(Does.TEMPLATE, N_("Insert a template"), ("T",), When.CONVERSATION, _TEXT),
    Command(Does.TEMPLATE, N_("Insert a template"), ("Ctrl+T",), When.CONVERSATION),
    Command(Does.TEMPLATES, N_("Templates…"), ("Ctrl+Shift+T",)),
    Command(Does.SAVE_TEMPLATE, N_("Save the text as a template"), ("Ctrl+Shift+S",), When.CONVERSATION),
    Command(Does.TONE, N_("Tone sheet…"), ("Ctrl+Shift+V",)),
    Command(Does.MEND, N_("Mend what departs from the tone sheet"), ("Alt+Return", "Alt+Enter"), When.CONVERSATION),
    Command(Does.SPELLING, N_("Next misspelt word, and what was meant"), ("F7",), When.CONVERSATION),
    Command(Does.SEARCH, N_("Search"), ("Ctrl+F",)),
    Command(Does.SEARCH, N_("Search"), ("/",), where=_TEXT),
    Command(Does.NEXT_HIT, N_("Next hit of the search"), ("F3",), When.CONVERSATION),
    Command(Does.PREVIOUS_HIT, N_("Previous hit of the search"), ("Shift+F3",), When.CONVERSATION),
    Command(Does.BACK, N_("Back"), ("Esc",)),
    Command(Does.PANEL, N_("Show or hide the member panel"), ("Ctrl+I",)),
    Command(Does.DETACH, N_("Open in a window of its own"), ("Ctrl+Shift+D",), When.CONVERSATION),
    Command(Does.CLOSE, N_("Close this window"), ("Ctrl+W",), When.ALWAYS),
    Command(Does.REFRESH, N_("Look for news now"), ("F5",)),
    Command(Does.GO_INBOX, N_("Go to the open conversations"), ("G, I",), where=_TEXT),
    Command(Does.GO_WAITING, N_("Go to the conversations that wait for an answer"), ("G, W",), where=_TEXT),
    Command(Does.OTHER_HAT, N_("Go to the other hat's queue"), ("Q",), where=_TEXT),
    Command(Does.BOTH_HATS, N_("Show the conversations of both hats"), ("Shift+Q",), where=_TEXT),
    Command(Does.NEW_VIEW, N_("New view…"), ("V",), where=_TEXT),
    Command(Does.LEDGER, N_("Sync ledger: is anything missing?"), ("G, L",), where=_TEXT),
    Command(Does.RULES, N_("Rules…"), ("Ctrl+Shift+R",)),
    Command(Does.REMINDERS, N_("Reminders…"), ("G, R",), where=_TEXT),
    Command(Does.MEMBERS, N_("Members…"), ("G, M",), where=_TEXT),
    Command(Does.PAIRS, N_("Suggested links…"), ("G, S",), where=_TEXT),
    Command(Does.WELCOME, N_("Welcome desk…"), ("G, N",), where=_TEXT),
    Command(Does.QUESTIONS, N_("Questions…"), ("G, Q",), where=_TEXT),
    Command(Does.REPORT, N_("Report…"), ("G, P",), where=_TEXT),
    Command(Does.KEEP_PROMISE, N_("Be reminded of what was just promised"), ("P",), where=_TEXT),
    Command(Does.NOTIFICATIONS, N_("Notifications and quiet hours…"), ("Ctrl+Shift+Q",)),
    Command(Does.ADD_ACCOUNT, N_("Add an account"), ("Ctrl+Shift+N",), When.ALWAYS),
    Command(Does.IMPORT, N_("Import an archive…"), ("Ctrl+Shift+I",), When.ALWAYS),
    Command(Does.EXPORT, N_("Export…"), ("Ctrl+Shift+E",)),
    Command(Does.WORKSPACES, N_("Switch to another workspace"), ("Ctrl+Shift+O",), When.ALWAYS),
    Command(Does.NEW_WORKSPACE, N_("New workspace…"), ("Ctrl+Shift+W",), When.ALWAYS),
    Command(Does.ENCRYPTION, N_("Encryption of this workspace…"), ("Ctrl+Shift+K",)),
    Command(Does.BACKUPS, N_("Backups of this workspace…"), ("Ctrl+Shift+B",)),
    Command(Does.PRACTICE, N_("Open the practice room"), ("Ctrl+Shift+P",), When.ALWAYS),
    Command(Does.SETTINGS, N_("Settings…"), ("Ctrl+,",), When.ALWAYS),
    Command(Does.THEME, N_("Change between light and dark"), ("Ctrl+Shift+L",), When.ALWAYS),
    Command(Does.TOUR, N_("Show the tour"), ("Shift+F1",)),
    Command(Does.COMMANDS, N_("All commands"), ("Ctrl+K",)),
    Command(Does.KEYS, N_("Show the keys"), ("?",), where=_TEXT),
    Command(Does.QUIT, N_("Quit"), ("Ctrl+Q",), When.ALWAYS),
)  # fmt: skip


_own: dict[Does, str] = {}
"""The keys that the person chose instead."""


def wear_keys(own: Mapping[str, str]) -> None:
    """From now on these keys, by the names of commands in lower case; others are as in the table."""
    known = {does.name.lower(): does for does in Does}
    _own.clear()
    _own.update({known[name]: key for name, key in own.items() if name in known and QKeySequence(key).count()})


def commands() -> tuple[Command, ...]:
    """The table with the person's own keys in it: a command that has one has no other."""
    changed = {does: next(one for one in COMMANDS if one.does is does) for does in _own}
    lines = (changed.pop(one.does, None) if one.does in _own else one for one in COMMANDS)
    return tuple(_with_own(one) if one.does in _own else one for one in lines if one is not None)


def conflicts(key: str, does: Does) -> tuple[Does, ...]:
    """The other commands that this key asks for already, or whose first key it is, or that begin with it."""
    wanted, none = QKeySequence(key), QKeySequence.SequenceMatch.NoMatch
    taken = {
        one.does: None
        for one in commands()
        for other in map(QKeySequence, one.keys)
        if one.does is not does and (wanted.matches(other) is not none or other.matches(wanted) is not none)
    }
    return tuple(taken)


def name_of(does: Does) -> str:
    """A command's name."""
    return str(next(one.name for one in COMMANDS if one.does is does))


def _with_own(command: Command) -> Command:
    """A key that is also a letter is not heard where one types."""
    key = _own[command.does].partition(", ")[0]
    typed = len(key.removeprefix("Shift+")) == 1
    return replace(command, keys=(_own[command.does],), where=Where.OUTSIDE_TEXT if typed else Where.ANYWHERE)


def keys_of(does: Does) -> tuple[str, ...]:
    """All keys that ask for this."""
    return tuple(key for command in commands() if command.does is does for key in command.keys)


def key_text(does: Does) -> str:
    """Its keys as people write them; in some languages two have one name."""
    return " · ".join(dict.fromkeys(map(_written, keys_of(does))))


def first_key(does: Does) -> str:
    """The first of its keys as people write it, for where there is room for one."""
    return _written(keys_of(does)[0])


def _written(key: str) -> str:
    """As people write it. What Qt calls Return is written Enter on keyboards other than a Mac's."""
    if sys.platform != "darwin":
        key = key.replace("Return", "Enter")
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def with_key(name: str, does: Does) -> str:
    """What a button is called, and the key that does the same."""
    return f"{name} ({first_key(does)})"


def unique_commands() -> tuple[Command, ...]:
    """The table without the second line of a command that has keys in two places."""
    seen: dict[Does, Command] = {}
    for command in commands():
        seen.setdefault(command.does, command)
    return tuple(seen.values())
