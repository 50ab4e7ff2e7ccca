"""Who somebody is: the card of one member of the conversation, changed where it stands, and everybody else in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inbox_app.domain.encounters import encounter_name
from inbox_app.domain.ids import FieldId, MemberId
from inbox_app.domain.inbox import AuthorRow, ConversationRow, NoteRow, Thread
from inbox_app.domain.people import CHOICES, Card, Fact, Field, HandleLine, Known, TimelineLine
from inbox_app.domain.people_words import fact_name, fact_value
from inbox_app.i18n import _
from ui.conversation.note_part import note_author
from ui.members.editable import EditableLine
from ui.members.said import words_of
from ui.members.section import Flow, Section, empty, fact_line
from ui.members.standing import standing
from ui.theme import fonts
from ui.theme.channels import channel_name
from ui.theme.moments import ago, short_date
from ui.theme.numbers import number
from ui.theme.painting import tag_colour
from ui.theme.scrolling import scrolling
from ui.theme.theme import Theme
from ui.theme.tokens import PANEL_WIDTH
from ui.theme.widgets import Avatar, Badge, Chip, Label, PushButton, ToolButton

_MOST_OTHERS = 12


class MemberPanel(QFrame):
    """Shows a `Card`; asks for everything else by signals.

    Signals:
        member_chosen: the `MemberId` of somebody else in the conversation.
        tag_asked, remind_asked, note_asked, link_asked, timeline_asked, field_asked: a button of a section.
        pack_asked, ours_asked, erase_asked: a button at the end.
        note_menu_asked: a `NoteRow` and where its menu opens.
        handle_menu_asked: a `HandleLine` and where its menu opens.
        line_asked: the `TimelineLine` to open.
        fact_said: a `MemberId`, a `Fact` and its new value; field_said: the same with a `FieldId`.
    """

    member_chosen = Signal(str)
    tag_asked = Signal()
    remind_asked = Signal()
    note_asked = Signal()
    link_asked = Signal()
    timeline_asked = Signal()
    field_asked = Signal()
    erase_asked = Signal()
    pack_asked = Signal()
    ours_asked = Signal()
    note_menu_asked = Signal(NoteRow, QPoint)
    handle_menu_asked = Signal(HandleLine, QPoint)
    line_asked = Signal(TimelineLine)
    fact_said = Signal(str, str, str)
    field_said = Signal(str, str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("pane", "members")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Members"))
        self.setMinimumWidth(240)
        self.resize(PANEL_WIDTH, 600)
        self._theme = theme
        self._shown: tuple[Card, ConversationRow | None, tuple[AuthorRow, ...]] | None = None
        self._said: list[_SaidLine] = []
        self._lines: dict[Fact | Field, EditableLine] = {}
        self._whose = _Whose(MemberId(""))
        self._nobody = Label(theme, _("Choose a conversation: whoever wrote it is shown here."), tone="meta").wrapping()
        self.card = QWidget()
        self._head = QVBoxLayout()
        self._tags = Section(theme, _("Tags"), "plus", _("Tag this member"))
        self.reminders = Section(theme, _("Reminders"), "plus", _("Remind me about this member"))
        """Those of this member and of the conversation; whoever shows them puts their widget into its lines."""
        self._notes = Section(theme, _("Notes"), "plus", _("Take a note"))
        self._handles = Section(theme, _("On the channels"), "link", _("Link with another member"))
        self._history = Section(theme, _("History"), "clock-counter-clockwise", _("Whole timeline"))
        self._details = Section(theme, _("Details"), "plus", _("Add a field"))
        self._others = Section(theme, _("Also in this conversation"))
        self.erase = ToolButton(theme, "prohibit", _("Erase this member…"), "link")
        self.pack = PushButton(theme, _("Hand over everything…"))
        self.ours = ToolButton(theme, "users-three", _("One of us, not a member"), "link")
        self._lay_out()
        self._wire()
        theme.changed.connect(self.show_again)

    def _wire(self) -> None:
        self.erase.clicked.connect(self.erase_asked)
        self._tags.deed.clicked.connect(self.tag_asked)
        self.reminders.deed.clicked.connect(self.remind_asked)
        self._notes.deed.clicked.connect(self.note_asked)
        self._handles.deed.clicked.connect(self.link_asked)
        self._history.deed.clicked.connect(self.timeline_asked)
        self._details.deed.clicked.connect(self.field_asked)
        self.pack.clicked.connect(self.pack_asked)
        self.ours.clicked.connect(self.ours_asked)

    def show_card(self, card: Card, row: ConversationRow | None, people: Sequence[AuthorRow]) -> None:
        """Show a member, of a conversation or of none; what somebody types into the card is not taken away."""
        wanted = (card, row, tuple(people))
        if wanted != self._shown:
            self._shown = wanted
            self._fill()

    def begin_here(self) -> None:
        """Whoever has only keys begins at the first thing that can be done."""
        self._tags.deed.setFocus()

    def show_again(self) -> None:
        """Make everything anew: what was said is not kept, or it looks different now. What is being typed stays."""
        self._said = []
        self._history.clear()
        self._fill(anew=True)

    def show_nobody(self) -> None:
        """There is no member to show."""
        self._shown = None
        self.card.hide()
        self._nobody.say(_("Nobody from outside has written here yet."))
        self._nobody.show()

    @property
    def shown(self) -> Card | None:
        """Whose card it is."""
        return self._shown[0] if self._shown else None

    def _lay_out(self) -> None:
        room = QWidget()
        room.setProperty("plain", True)
        outer = QVBoxLayout(room)
        outer.setContentsMargins(20, 20, 16, 16)
        outer.addWidget(self._nobody)
        outer.addWidget(self.card)
        outer.addStretch(1)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._head)
        column.addWidget(self._tags)
        for section in (self.reminders, self._notes, self._history, self._handles, self._details):
            column.addWidget(section)
        column.addSpacing(12)
        for button in (self.pack, self.ours, self.erase):
            # They give way: where text is large, the panel would be as wide as their names, and cut all else.
            button.setMinimumWidth(1)
            button.setToolTip(button.accessibleName())
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._others)
        self.card.hide()
        self._area = scrolling(room, _("About the members"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)

    def _fill(self, *, anew: bool = False) -> None:
        if self._shown is None:
            return
        card, row, people = self._shown
        focused = self.focusWidget()
        name, held = (focused.objectName(), focused.hasFocus()) if focused is not None else ("", False)
        self._nobody.hide()
        self.card.show()
        self._fill_head(card, row, _picture(card, people))
        self._fill_tags(card)
        self._fill_notes(card.notes)
        self._fill_handles(card)
        self._fill_history(card)
        self._fill_details(card, anew=anew)
        self._fill_others([one for one in people if one.member != card.id])
        again = self.card.findChild(QWidget, name) if name and held else None
        if isinstance(again, QWidget):
            again.setFocus()

    def _fill_head(self, card: Card, row: ConversationRow | None, picture: str) -> None:
        empty(self._head)
        line = QHBoxLayout()
        line.setSpacing(12)
        where = (row.channel, row.kind) if row is not None else ()
        line.addWidget(Avatar(self._theme, card.name, 48, *where, picture=picture))
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addStretch(1)
        names.addWidget(Label(self._theme, card.name, size=fonts.THREAD_TITLE, weight=fonts.HEAVY).eliding())
        below = card.given_name if card.given_name != card.name else ", ".join(one.handle for one in card.handles[:2])
        names.addWidget(Label(self._theme, below, tone="meta").eliding())
        names.addStretch(1)
        line.addLayout(names, 1)
        self._head.addLayout(line)
        self._head.addSpacing(8)
        facts = [(_("Messages"), number(card.messages)), (_("Conversations"), number(card.conversations))]
        if card.first_seen is not None and card.last_seen is not None:
            facts += [(_("With us since"), short_date(card.first_seen)), (_("Last heard"), ago(card.last_seen))]
        for name, value in facts:
            self._head.addWidget(fact_line(self._theme, name, value))
        self._head.addWidget(standing(self._theme, card))
        self.ours.say(_("A member again") if card.is_ours else _("One of us, not a member"))

    def _fill_tags(self, card: Card) -> None:
        self._tags.clear()
        if not card.tags:
            return
        chips = [Chip(self._theme, tag.name, dot=tag_colour(tag.name, tag.colour)) for tag in card.tags]
        self._tags.lines.addWidget(Flow(chips))

    def _fill_notes(self, notes: Sequence[NoteRow]) -> None:
        self._notes.clear()
        for note in notes:
            self._notes.lines.addWidget(self._note(note))

    def _note(self, note: NoteRow) -> QFrame:
        card = QFrame()
        card.setProperty("card", "note")
        author = note_author(note)
        card.setAccessibleName(_("Note by {name}: {text}").format(name=author, text=note.text[:300]))
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 6)
        column.setSpacing(2)
        if note.met is not None:
            told = f"{encounter_name(note.met.how)} · {short_date(note.met.at)}"
            column.addWidget(Label(self._theme, told, weight=fonts.BOLD).wrapping())
        column.addWidget(Label(self._theme, note.text).wrapping())
        foot = QHBoxLayout()
        foot.setSpacing(6)
        said = [author, short_date(note.made_at), *([_("changed")] if note.changed_at else [])]
        foot.addWidget(Label(self._theme, ", ".join(said), size=fonts.META, tone="meta").eliding(), 1)
        if note.pinned:
            foot.addWidget(Chip(self._theme, _("Pinned"), ink="warn", ground="warn_soft", icon="push-pin"))
        more = ToolButton(self._theme, "dots-three", _("What can be done with this note"))
        more.setObjectName(f"note:{note.id}")
        more.clicked.connect(lambda: self.note_menu_asked.emit(note, _below(more)))
        foot.addWidget(more)
        column.addLayout(foot)
        return card

    def _fill_handles(self, card: Card) -> None:
        self._handles.clear()
        for one in card.handles:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            row.addWidget(Badge(self._theme, one.channel, 18, one.kind or ""))
            name = Label(self._theme, one.handle, weight=fonts.MEDIUM).eliding()
            line.setAccessibleName(f"{channel_name(one.channel)}: {one.handle}")
            row.addWidget(name, 1)
            icon, said = ("link-break", _("Unlink {handle}…")) if one.linked else ("dots-three", _("About {handle}…"))
            part = ToolButton(self._theme, icon, said.format(handle=one.handle))
            part.setObjectName(f"handle:{one.id}")
            part.clicked.connect(partial(self._ask_about, one, part))
            row.addWidget(part)
            self._handles.lines.addWidget(line)

    def _ask_about(self, one: HandleLine, button: QWidget) -> None:
        self.handle_menu_asked.emit(one, _below(button))

    def _fill_history(self, card: Card) -> None:
        """The lines that are there say something else: making them anew is most of what another card costs."""
        lines = card.recent.lines
        if not lines or len(self._said) != len(lines):
            self._history.clear()
            self._said = [_SaidLine(self._theme, self) for _line in lines]
            for made in self._said:
                self._history.lines.addWidget(made)
        for place, line in zip(self._said, lines, strict=True):
            place.show_line(line)
        if not lines:
            self._history.say(_("Nothing was said to us yet."))

    def _fill_details(self, card: Card, *, anew: bool) -> None:
        """The lines stay and say something else, unless somebody wrote into them of another member."""
        known = _details_of(card)
        is_another = self._whose.member != card.id
        is_written = any(line.is_behind for line in self._lines.values())
        if anew or [*known] != [*self._lines] or (is_another and is_written):
            self._make_lines(card)
        self._whose.member = card.id
        for of, line in self._lines.items():
            line.follow(known[of])

    def _make_lines(self, card: Card) -> None:
        """Anew; what is being typed about the same member goes on."""
        before = self._lines if self._whose.member == card.id else {}
        typed = {of: line for of, line in before.items() if line.is_being_changed}
        self._lines, self._whose = {}, _Whose(card.id)
        for of, known in _details_of(card).items():
            line = self._lines[of] = self._line(of, known, self._whose)
            if of in typed:
                line.go_on_from(typed[of])
        self._details.clear()
        self._details.lines.setSpacing(2)
        for line in self._lines.values():
            self._details.lines.addWidget(line)

    def _line(self, of: Fact | Field, known: Known, whose: _Whose) -> EditableLine:
        if isinstance(of, Field):
            line = EditableLine(self._theme, of.name, known)
            line.said.connect(partial(self._say_field, whose, of.id))
            return line
        choices = [(one, fact_value(of, one)) for one in CHOICES.get(of, ())]
        line = EditableLine(self._theme, fact_name(of), known, choices)
        line.said.connect(partial(self._say_fact, whose, of))
        return line

    def _say_fact(self, whose: _Whose, fact: Fact, value: str) -> None:
        self.fact_said.emit(whose.member, fact.value, value)

    def _say_field(self, whose: _Whose, field: FieldId, value: str) -> None:
        self.field_said.emit(whose.member, field, value)

    def _fill_others(self, people: Sequence[AuthorRow]) -> None:
        self._others.clear()
        self._others.setVisible(bool(people))
        for author in people[:_MOST_OTHERS]:
            name = author.name or author.handle
            button = ToolButton(self._theme, "user", name, "person")
            button.setText(f"  {name}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self.member_chosen.emit, author.member or ""))
            self._others.lines.addWidget(button)


class _SaidLine(QToolButton):
    """One line of the history: where, what and when; pressed, it leads to the message."""

    def __init__(self, theme: Theme, panel: MemberPanel) -> None:
        super().__init__()
        self._theme = theme
        self._line: TimelineLine | None = None
        self.setProperty("kind", "person")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._badge = Badge(theme, "")
        self._text = Label(theme).eliding()
        self._when = Label(theme, size=fonts.META, tone="meta")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(10)
        row.addWidget(self._badge)
        for label, stretch in ((self._text, 1), (self._when, 0)):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, stretch)
        self.setMinimumHeight(row.sizeHint().height())
        self.clicked.connect(lambda: panel.line_asked.emit(self._line))
        theme.changed.connect(self._say_again)

    def _say_again(self) -> None:
        if self._line is not None:
            self.show_line(self._line)

    def show_line(self, line: TimelineLine) -> None:
        """Be this line."""
        self._line = line
        self.setObjectName(f"said:{line.message}")
        text, when = words_of(self._theme, line, line.title), short_date(line.said_at)
        self.setAccessibleName(_("{when}: {text}").format(when=when, text=text))
        self.setToolTip(text)
        self._badge.show_channel(line.channel, line.kind)
        self._text.say(text)
        self._when.say(when)


def _details_of(card: Card) -> dict[Fact | Field, Known]:
    facts: dict[Fact | Field, Known] = {one: known for one, known in card.facts.items()}  # noqa: C416 - of two kinds
    return facts | dict(card.fields)


def _picture(card: Card, people: Sequence[AuthorRow]) -> str:
    """The one by which they are seen in the conversation, or any that they have."""
    return next((one.avatar_url for one in people if one.member == card.id and one.avatar_url), card.picture)


@dataclass(slots=True)
class _Whose:
    """Whom the lines of the details are about; lines that were replaced keep telling of whom they were."""

    member: MemberId


def _below(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(QPoint(0, widget.height()))


def members_of(thread: Thread) -> list[AuthorRow]:
    """Everybody from outside, each once: first who waits for a reply, then who spoke last."""
    spoken = [row for row in thread.messages if row.author.member]
    spoken.sort(key=lambda row: (row.needs_reply, row.sent_at), reverse=True)
    first: dict[MemberId, AuthorRow] = {}
    for row in spoken:
        if row.author.member is not None:
            first.setdefault(row.author.member, row.author)
    return list(first.values())
