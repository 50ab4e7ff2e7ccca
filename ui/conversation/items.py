"""What stands in the column of a thread, as values that can be compared: messages, notes, the way to earlier ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inbox_app.content.endings import part_ending, repeated_endings
from inbox_app.content.folding import Piece, PieceKind, fold_text
from inbox_app.domain.ids import MemberId, MessageId
from inbox_app.domain.inbox import MessageRow, NoteRow, Thread
from inbox_app.domain.marks import STAR
from inbox_app.domain.poll import Poll
from inbox_app.domain.titles import bare_title
from inbox_app.domain.words import Kind
from ui.conversation.nesting import Branch, branches
from ui.theme.tokens import NESTING

_CHARACTER = 7.1
"""About how wide a letter of a message is, in pixels; only heights of what was never seen depend on it."""
_LINE = 22
_BEGINNING = 300


@dataclass(frozen=True, slots=True)
class MessageItem:
    """A message where it hangs; `answers` names the parent where the guides no longer tell.

    `title` is what stands above its text: nothing where it only repeats the conversation's.
    """

    key: str
    row: MessageRow
    branch: Branch
    answers: str = ""
    answered: str = ""
    """The beginning of what it answers, where `answers` names the author of that."""
    answered_is_gone: bool = False
    """Whether that was deleted."""
    title: str = ""
    is_mail: bool = False
    ending: str = ""
    """How the author ends each of several messages: a signature without a mark before it."""
    noted: str = ""
    """What is noted about the author, to be seen beside the name."""

    @property
    def is_starred(self) -> bool:
        """Whether it is a mail with a star."""
        return self.is_mail and STAR in self.row.reacted

    @property
    def poll(self) -> Poll | None:
        """What is drawn in place of a list of choices; of what was deleted the words are enough."""
        return self.row.marks.poll if self.row.deleted_at is None else None

    def pieces(self) -> tuple[Piece, ...]:
        """The text, parted into what was said, what is quoted and what is a signature."""
        if not self.is_mail:
            text = self.row.text if self.poll is None else self.poll.besides(self.row.text)
            return (Piece(PieceKind.SAID, text.rstrip()),) if text.strip() else ()
        return part_ending(fold_text(self.row.text), self.ending)

    def estimate(self, width: int) -> int:
        """About how high it will be."""
        row = self.row
        letters = max((width - 52 - self.branch.level * NESTING) / _CHARACTER, 12)
        text = row.text[:20_000]
        lines = 1 + int(len(text) / letters) + text.count("\n")
        extra = 0 if self.poll is None else 24 + 16 * len(self.poll.choices)
        extra += 24 * bool(row.aside) + 30 * bool(row.attachments) + 34 * bool(row.outbox) + 18 * self.branch.folded
        return 68 + lines * _LINE + extra


@dataclass(frozen=True, slots=True)
class NoteItem:
    """A note on the conversation."""

    key: str
    row: NoteRow
    branch: Branch

    def estimate(self, width: int) -> int:
        """About how high it will be."""
        return 62 + _LINE * (1 + int(len(self.row.text) * _CHARACTER / max(width - 90, 90)))


@dataclass(frozen=True, slots=True)
class EarlierItem:
    """There are earlier messages, which can be asked for."""

    key: str = "earlier"

    def estimate(self, width: int) -> int:
        """About how high it will be."""
        return 48


Item = MessageItem | NoteItem | EarlierItem


def items_of(thread: Thread) -> list[Item]:
    """Everything in the column, from top to bottom: notes come where they were made, or below a tree of comments."""
    by_date = thread.row.kind.answered_by_any_later
    notes = sorted((note for note in thread.notes if note.conversation), key=lambda note: note.made_at)
    hang = not by_date and bool(thread.messages)
    depths = [row.depth for row in thread.messages] + [1 for _note in notes if hang]
    hung = branches(depths)
    is_mail = thread.row.kind is Kind.MAIL
    endings = repeated_endings((row.author.handle_id, row.text) for row in thread.messages) if is_mail else {}
    noted = _noted(thread.notes)
    headed = frozenset(map(bare_title, (thread.row.title, thread.row.post_title)))
    parents = {row.id: row for row in thread.messages}
    before = dict(zip(parents, (None, *parents), strict=False))
    said: list[Item] = [
        MessageItem(
            message_key(row.id),
            row,
            branch,
            *_answers(row, branch, parents, before[row.id]),
            _title_of_its_own(row, headed),
            is_mail,
            endings.get(row.author.handle_id, ""),
            noted.get(row.author.member, ""),
        )
        for row, branch in zip(thread.messages, hung, strict=False)
    ]
    if hang:
        said += [
            NoteItem(f"note:{note.id}", note, branch)
            for note, branch in zip(notes, hung[len(thread.messages) :], strict=True)
        ]
    else:
        said = sorted([*said, *(NoteItem(f"note:{note.id}", note, Branch()) for note in notes)], key=_moment)
    return [EarlierItem(), *said] if thread.earlier else said


def _noted(notes: Sequence[NoteRow]) -> dict[MemberId | None, str]:
    """What is noted about each member, the first note first."""
    said: defaultdict[MemberId | None, list[str]] = defaultdict(list)
    for note in notes:
        if note.member is not None:
            said[note.member].append(note.text)
    return {member: "\n\n".join(texts) for member, texts in said.items()}


def _title_of_its_own(row: MessageRow, headed: frozenset[str]) -> str:
    """A subject that changed, say; a topic or a subject that every message repeats is said by the header."""
    if not row.title or (bare_title(row.title) in headed and not row.marks.warned):
        return ""
    return row.title


def message_key(message: MessageId) -> str:
    """The key of a message's item, however the message changes."""
    return f"message:{message}"


def _moment(item: Item) -> float:
    match item:
        case MessageItem(row=row):
            return row.sent_at.timestamp()
        case NoteItem(row=row):
            return row.made_at.timestamp()
    return 0.0


def _answers(
    row: MessageRow, branch: Branch, parents: Mapping[MessageId, MessageRow], before: MessageId | None
) -> tuple[str, str, bool]:
    """Whom a message answers, how that begins and whether it was deleted, where nothing else tells."""
    parent = parents.get(row.parent) if row.parent is not None else None
    is_told = not branch.folded and (branch.level > 0 or row.parent == before)
    if parent is None or is_told:
        return "", "", False
    begins = " ".join(parent.unasked.split())[:_BEGINNING]
    return parent.author.name or parent.author.handle, begins, parent.deleted_at is not None
