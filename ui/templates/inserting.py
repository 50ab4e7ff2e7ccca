"""Templates in a mail that begins a conversation: the same picker by the same key; asked once if said before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from inbox_app.domain.ids import TemplateId
from inbox_app.domain.macro import Deed, Step
from inbox_app.i18n import _
from inbox_app.queries import templates
from inbox_app.queries.templates import Prepared
from ui import dialogs
from ui.asking import Asking
from ui.composer.letter_dialog import LetterDialog
from ui.core import Core
from ui.tasks import Tasks
from ui.templates.page import TemplatesPage
from ui.templates.picker import Picker
from ui.templates.templating import warning_of
from ui.theme.theme import Theme


class Inserting(QObject):
    """Lives as long as its dialog. What has steps alone is of no use before there is a conversation."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, dialog: LetterDialog) -> None:
        super().__init__(dialog)
        self._core, self._tasks, self._theme, self._dialog = core, tasks, theme, dialog
        self._asked: set[TemplateId] = set()
        dialog.consent = self._consent
        dialog.template_wanted.connect(lambda: self._tasks.start(self._pick(), "templates"))

    async def _pick(self) -> None:
        families = await templates.families(self._core.store, self._core.me)
        with_text = [one for one in families if one.says_something]
        picker = Picker(self._theme, self._dialog, self._dialog.field, with_text)
        looking = Asking(self._tasks, "template preview")
        picker.looked_at.connect(lambda wanted: looking.ask(partial(self._preview, picker, wanted)))
        picker.start()
        accepted = await dialogs.ask(picker)
        looking.forget()
        if picker.wants_page:
            page = TemplatesPage(self._core, self._tasks, self._theme, self._dialog)
            await page.load()
            await dialogs.ask(page)
        elif accepted and picker.chosen is not None:
            await self._use(picker.chosen, at_once=picker.at_once)

    async def _preview(self, picker: Picker, wanted: str) -> None:
        picker.preview.show_prepared(await self._prepare(wanted))

    async def _prepare(self, wanted: str) -> Prepared:
        known = self._dialog.channel
        channel = self._core.catalogue[known].name if known in self._core.catalogue else known
        return await templates.prepare_letter(
            self._core.store, self._core.me, wanted, self._dialog.envelope, channel_name=str(channel)
        )

    async def _use(self, wanted: TemplateId, *, at_once: bool) -> None:
        made = await self._prepare(wanted)
        dialog = self._dialog
        dialog.insert(made.filled.text, made.template.id)
        if made.title and not dialog.subject.text().strip():
            dialog.subject.setText(made.title)
        if made.family.files:
            await dialog.borrow(made.template.id)
        if at_once or Step(Deed.SEND) in made.family.first.steps:
            dialog.send.click()

    async def _consent(self, dialog: LetterDialog) -> bool:
        """Ask once where a template was said to this member already, or belongs to the other hat."""
        of = dialog.letter.template
        if of is None or of in self._asked:
            return True
        warned = await templates.warned_of_letter(self._core.store, self._core.me, of, dialog.envelope)
        if not warned:
            return True
        self._asked.add(of)
        return await dialogs.confirm(dialog, _("Send this template?"), warning_of(warned), _("Send"))
