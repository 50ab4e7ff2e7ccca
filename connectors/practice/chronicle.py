"""What the journal amounts to: its messages, what members answer to them, and the marks on messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from connectors.practice.journal import Deed, Entry, Journal
from connectors.practice.said import Said

Answers = Callable[[Entry], Iterable[Said]]


@dataclass(slots=True)
class Marks:
    """What the journal says about one message."""

    hidden: bool | None = None
    text: str | None = None
    edited_at: int | None = None
    deleted_at: int | None = None
    reactions: set[str] = field(default_factory=set)

    def note(self, entry: Entry) -> None:
        """Take one more line about it."""
        match entry.deed:
            case Deed.HIDE | Deed.SHOW:
                self.hidden = entry.deed is Deed.HIDE
            case Deed.EDIT:
                self.text, self.edited_at = entry.text, entry.at
            case Deed.DELETE:
                self.deleted_at = self.deleted_at or entry.at
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
        )


class Chronicle:
    """The journal, read on at each `catch_up`; each line's consequences are worked out once."""

    def __init__(self, journal: Journal, answers: Answers) -> None:
        self._journal = journal
        self._answers_to = answers
        self._lock = Lock()
        self.entries: tuple[Entry, ...] = ()
        self.answers: list[tuple[Said, ...]] = []
        """To each line, also those that are not due yet."""
        self._said: dict[str, Said] = {}
        self._marks: dict[str, Marks] = {}

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
        answers = tuple(self._answers_to(entry))
        self._said.update((one.id, one) for one in answers)
        self.answers.append(answers)

    @property
    def marks(self) -> Mapping[str, Marks]:
        """By the message's id."""
        return self._marks

    def said(self, remote_id: str) -> Said | None:
        """A message of the journal or an answer to one."""
        return self._said.get(remote_id)

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
    )
