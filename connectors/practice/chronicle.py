"""What the journal amounts to: its messages, what members answer to them, and the marks on messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from connectors.practice.journal import Deed, Entry, Journal
from connectors.practice.said import Said

Answers = Callable[[Entry], Iterable[Said]]
Deeds = Callable[[Entry], Iterable[Entry]]
AuthorOf = Callable[[str], int | None]


@dataclass(slots=True)
class Marks:
    """What the journal says about one message."""

    hidden: bool | None = None
    text: str | None = None
    edited_at: int | None = None
    deleted_at: int | None = None
    reactions: set[str] = field(default_factory=set)
    """Ours."""
    likes: int = 0
    """Of members, since the community began."""
    by_author: bool = False

    def note(self, entry: Entry) -> None:
        """Take one more line about it."""
        match entry.deed:
            case Deed.HIDE | Deed.SHOW:
                self.hidden = entry.deed is Deed.HIDE
            case Deed.EDIT:
                self.text, self.edited_at = entry.text, entry.at
            case Deed.DELETE:
                self.deleted_at = self.deleted_at or entry.at
                self.by_author = entry.member is not None
            case Deed.REACT if entry.member is not None:
                self.likes += 1
            case Deed.REACT:
                self.reactions.add(entry.value)
            case Deed.UNREACT:
                self.reactions.discard(entry.value)
            case _:
                pass

    def on(self, said: Said) -> Said:
        """The message as it stands now."""
        return replace(
            said,
            hidden=said.hidden if self.hidden is None else self.hidden,
            text=said.text if self.text is None else self.text,
            edited_at=self.edited_at or said.edited_at,
            deleted_at=self.deleted_at or said.deleted_at,
            likes=said.likes + self.likes,
        )


class Chronicle:
    """The journal, read on at each `catch_up`; each line's consequences are worked out once."""

    def __init__(self, journal: Journal, answers: Answers, deeds: Deeds, author_of: AuthorOf) -> None:
        self._journal = journal
        self._answers_to, self._deeds_after, self._author_of = answers, deeds, author_of
        self._lock = Lock()
        self.entries: tuple[Entry, ...] = ()
        self.answers: list[tuple[Said, ...]] = []
        """To each line, also those that are not due yet."""
        self.blocked: set[int | None] = set()
        """Members who are blocked, as it stands after the last line."""
        self._said: dict[str, Said] = {}
        self._marks: dict[str, Marks] = {}
        self._answered: set[str] = set()
        self._keys: set[str] = set()
        self._coming: list[Entry] = []

    def catch_up(self) -> None:
        """Take the lines that were written since."""
        with self._lock:
            entries = self._journal.entries()
            for entry in entries[len(self.answers) :]:
                self._take(entry)
            self.entries = entries

    def _take(self, entry: Entry) -> None:
        if entry.deed is Deed.MESSAGE:
            self._said[entry.id] = said_in(entry)
        elif entry.target:
            self._marks.setdefault(entry.target, Marks()).note(entry)
        if entry.deed is Deed.BLOCK:
            self.blocked.add(self._author_of(entry.target))
        elif entry.deed is Deed.UNBLOCK:
            self.blocked.discard(self._author_of(entry.target))
        answers = tuple(self._answers_to(entry))
        self._keys.add(entry.key)
        self._coming += self._deeds_after(entry)
        if entry.deed is Deed.MESSAGE and entry.member is None:
            self._answered.add(entry.target)
        self._said.update((one.id, one) for one in answers)
        self.answers.append(answers)

    @property
    def marks(self) -> Mapping[str, Marks]:
        """By the message's id."""
        return self._marks

    def said(self, remote_id: str) -> Said | None:
        """A message of the journal or an answer to one."""
        return self._said.get(remote_id)

    def is_answered(self, entry: Entry) -> bool:
        """Whether we answered what this line answers before."""
        return entry.target in self._answered

    def let_happen(self, due: Iterable[Entry], until: int) -> None:
        """Write down what members did up to now, each deed once: those given, and those our lines brought about."""
        with self._lock:
            fresh = [one for one in (*due, *self._coming) if one.at < until and one.key not in self._keys]
        for one in sorted(fresh, key=lambda one: one.at):
            self._journal.append(one, once=True)
        if fresh:
            self.catch_up()

    def due(self, since: int, until: int, line: int) -> list[Said]:
        """Answers of [since, until); those to lines from `line` on however early they were."""
        return [
            one
            for number, answers in enumerate(self.answers)
            for one in answers
            if (since if number < line else 0) <= one.at < until
        ]


def said_in(entry: Entry) -> Said:
    """The message that a line holds."""
    return Said(
        id=entry.id,
        member=entry.member,
        at=entry.at,
        text=entry.text,
        keys=entry.keys,
        parent=entry.target or None,
        post=entry.post,
        title=entry.title,
        files=entry.files,
        key=entry.key or None,
        private=entry.private,
    )
