"""What a person does with templates while answering: pick one, fill what is missing, be warned once, save a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from inbox_app.actions import macros
from inbox_app.domain.ids import ConversationId, TemplateId
from inbox_app.domain.inbox import OutboxRow
from inbox_app.domain.macro import Deed, Step
from inbox_app.domain.wording import Wording
from inbox_app.i18n import _
from inbox_app.queries import templates
from inbox_app.queries.templates import Prepared, Warned
from ui import dialogs
from ui.asking import Asking
from ui.commands import Does
from ui.composer.writing import Writing, Written
from ui.core import Core
from ui.deciding import Matter
from ui.tasks import Tasks, Work
from ui.templates.page import TemplatesPage
from ui.templates.picker import Picker
from ui.templates.preview import step_text
from ui.theme.moments import in_full
from ui.theme.theme import Theme
from ui.toast import Undoing


@dataclass(frozen=True, slots=True)
class Shelf:
    """What keeps the composer's text, what lies before the person, how the composer comes into sight, and undo."""

    writing: Writing
    desk: Matter
    show_composer: Callable[[], object]
    undoing: Undoing


class Templating(QObject):
    """Opens the picker and the page; asks before a text goes that should not go unnoticed."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, shelf: Shelf) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window = core, tasks, theme, window
        self._composer, self._writing, self._desk = shelf.writing.composer, shelf.writing, shelf.desk
        self._show_composer, self._undoing = shelf.show_composer, shelf.undoing
        self._asked: set[tuple[ConversationId, TemplateId]] = set()
        self._steps: dict[ConversationId, tuple[Step, ...]] = {}
        self.deeds: dict[Does, Callable[[], None]] = {
            Does.TEMPLATE: partial(self._begin, self._pick),
            Does.TEMPLATES: partial(self._begin, self._manage),
            Does.SAVE_TEMPLATE: partial(self._begin, self._save_text),
        }
        shelf.writing.consent = self._consent
        shelf.writing.queued.connect(self._follow)
        self._composer.template_wanted.connect(self.deeds[Does.TEMPLATE])
        self._composer.field.slash_typed.connect(partial(self._begin, partial(self._pick, slash=True)))

    def _begin(self, deed: Callable[[], Work]) -> None:
        self._tasks.start(deed(), "templates")

    # --- picking ----------------------------------------------------------------------------------------------------

    async def _pick(self, *, slash: bool = False) -> None:
        within = self._desk.bridge.opened
        if within is None or self._composer.refusal:
            self._desk.toast.say(self._composer.refusal or _("Open a conversation first."))
            return
        families = await templates.families(self._core.store, self._core.me)
        if slash and not families:
            return
        self._show_composer()
        picker = Picker(self._theme, self._window.window(), self._composer, families)
        looking = Asking(self._tasks, "template preview")
        picker.looked_at.connect(lambda wanted: looking.ask(partial(self._preview, picker, wanted, within)))
        picker.start()
        accepted = await dialogs.ask(picker)
        looking.forget()
        if picker.wants_page:
            await self._manage()
        elif accepted and picker.chosen is not None:
            await self._use(picker.chosen, within, at_once=picker.at_once, slash=slash)
        elif slash and picker.words:
            self._composer.field.insertPlainText(picker.words)

    async def _preview(self, picker: Picker, wanted: str, within: ConversationId) -> None:
        picker.preview.show_prepared(await self._prepare(wanted, within))

    async def _prepare(self, wanted: str, within: ConversationId) -> Prepared:
        shown = self._desk.bridge.on_screen
        known = shown.account.channel if shown is not None else ""
        channel = self._core.catalogue[known].name if known in self._core.catalogue else known
        return await templates.prepare(
            self._core.store,
            self._core.me,
            wanted,
            within,
            self._composer.named,
            channel_name=channel,
            allows=self._composer.limits.allows_text,
        )

    async def _use(self, wanted: TemplateId, within: ConversationId, *, at_once: bool, slash: bool) -> None:
        made = await self._prepare(wanted, within)
        if self._writing.conversation != within:
            return
        steps = made.family.first.steps
        if slash:
            self._composer.field.textCursor().deletePreviousChar()
        if not made.filled.text.strip():
            with self._core.store.recording() as decided:
                await macros.perform(self._core.store, self._core.me, made.template.id, within)
            self._tell(steps, within, self._undoing(decided))
            return
        self._composer.insert(made.filled.text, made.template.id)
        if made.family.files:
            self._writing.lend(made.template.id)
        if at_once or Step(Deed.SEND) in steps:
            self._writing.send()

    # --- sending ----------------------------------------------------------------------------------------------------

    async def _consent(self, within: ConversationId, written: Written) -> bool:
        """Ask once where a template was said to this member already, or belongs to the other hat."""
        of = written.letter.template
        self._steps.pop(within, None)
        if of is None:
            return True
        warned = await templates.warned(self._core.store, self._core.me, of, within, written.target)
        self._steps[within] = warned.steps
        if not warned or (within, of) in self._asked:
            return True
        self._asked.add((within, of))
        agreed = await dialogs.confirm(self._window.window(), _("Send this template?"), warning_of(warned), _("Send"))
        if not agreed:
            self._composer.field.setFocus()
        return agreed

    def _follow(self, sent: OutboxRow) -> None:
        """What the template did along is said, and the next conversation comes where it says so."""
        if sent.written_in is not None:
            # Taking the text back takes its steps back: there is no undo of their own to offer.
            self._tell(self._steps.pop(sent.written_in, ()), sent.written_in, None)

    def _tell(self, steps: tuple[Step, ...], within: ConversationId, undo: Callable[[], None] | None) -> None:
        done = [step_text(step) for step in steps if step.deed not in (Deed.SEND, Deed.NEXT)]
        if done:
            self._desk.toast.say(_("Along with it: {steps}.").format(steps=", ".join(done)), undo)
        if within == self._desk.bridge.opened and any(step.deed is Deed.NEXT for step in steps):
            self._desk.go_on()

    # --- keeping ----------------------------------------------------------------------------------------------------

    async def _manage(self, begun: Wording | None = None) -> None:
        page = TemplatesPage(self._core, self._tasks, self._theme, self._window.window(), begun)
        await page.load()
        await dialogs.ask(page)

    async def _save_text(self) -> None:
        text = self._composer.text
        if not text.strip():
            self._desk.toast.say(_("Write the text first: then it can be kept as a template."))
            return
        await self._manage(Wording("", text))


def warning_of(warned: Warned) -> str:
    """What is to be known before a template goes, in sentences."""
    said = _("“{template}” went to {name} already, {when}.")
    other = _("“{template}” is a text of the social hat, and this conversation is under the community hat.")
    sentences = []
    if warned.said_at is not None:
        sentences.append(said.format(template=warned.name, name=warned.said_to, when=in_full(warned.said_at)))
    if warned.promotional:
        sentences.append(other.format(template=warned.name))
    return "\n\n".join([*sentences, _("You are asked once.")])
