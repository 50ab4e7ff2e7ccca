"""Publishing: what is asked or told goes to several accounts in one step, and comes back by one undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from inbox_app.actions import acting, writing
from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.domain.inbox import AccountRow, OutboxRow
from inbox_app.domain.words import AccountState, Verb
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts, templates
from inbox_app.queries import writing as questions
from ui import dialogs
from ui.commands import Does
from ui.composer.checking import Checking
from ui.composer.enclosing import Enclosing
from ui.composer.files_row import Attached, of_draft
from ui.composer.pasted import Pasted
from ui.core import Core
from ui.publish_dialog import PublishDialog
from ui.tasks import Tasks, Work
from ui.theme.theme import Theme
from ui.wordings import Post, Wordings

_PAUSE_MS = 800
"""How long nothing was typed before what was begun is saved."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is to be kept of it now."""

    wordings: Wordings
    places: Sequence[AccountId]
    files: tuple[Attached, ...] = ()
    dropped: tuple[str, ...] = ()


class Publishing(QObject):
    """Keeps what was begun, at each pause, and its files as soon as they are attached. `say` tells a sentence."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, say: Callable[[str], object]) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._say = core, tasks, theme, window, say
        self._begun, self._places = Wordings(), list[AccountId]()
        self._last: dict[OutboxId, tuple[Wordings, list[AccountId]]] = {}
        self._pasted, self._enclosing, self._order = Pasted(), Enclosing(), asyncio.Lock()
        self.deeds: dict[Does, Callable[[], None]] = {Does.PUBLISH: lambda: self._start(self._publish())}

    def take_back(self, sent: OutboxRow) -> None:
        """Undo a post, and those that were published with it; their texts come back to be changed."""
        self._start(self._undo(sent))

    def close(self) -> None:
        """Nobody publishes here any more: what was pasted is not kept."""
        self._pasted.forget()

    def _start(self, work: Work) -> None:
        self._tasks.start(work, "publish")

    # --- publishing -------------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        where = await self._where()
        if not where:
            self._say(_("None of your accounts takes posts. Connect one that does, and ask there."))
            return
        limits = {one.id: await self._core.post_limits(one.id) for one in where}
        families = await templates.families(self._core.store, self._core.me)
        with_text = [one for one in families if one.first.text.strip()]
        dialog = PublishDialog(self._theme, self._window.window(), where, limits, with_text)
        dialog.template_chosen.connect(lambda wanted: self._start(self._use(dialog, wanted, where)))
        dialog.files_wanted.connect(lambda: self._start(self._choose_files(dialog)))
        dialog.field.picture_pasted.connect(lambda picture: self._start(self._paste(dialog, picture)))
        dialog.files.show_files(await self._bring())
        dialog.fill(self._begun, self._places or [one.id for one in where])
        rest = QTimer(dialog, singleShot=True, interval=_PAUSE_MS)
        rest.timeout.connect(lambda: self._start(self._keep(_begun_in(dialog))))
        dialog.edited.connect(rest.start)
        dialog.enclosed.connect(lambda: self._start(self._keep(_begun_in(dialog))))
        checking = Checking(self._core, self._tasks, dialog)
        dialog.read_in.connect(checking.tone.follow)
        checking.tone.follow(dialog.readers)
        checking.tone.sheet_came.connect(lambda: dialog.judge_by(checking.tone.departs))
        accepted = await dialogs.ask(dialog)
        rest.stop()
        checking.close()
        self._begun, self._places = dialog.wordings, dialog.places
        await self._keep(_begun_in(dialog), insist=bool(accepted))
        if accepted:
            await self._commit()

    async def _bring(self) -> tuple[Attached, ...]:
        """What was begun before this window was opened, and the files that go with it."""
        kept = await questions.begun_post(self._core.store, self._core.me)
        if self._begun.is_empty:
            self._begun, self._places = Wordings.of_begun(kept), [*kept.places]
        return tuple(map(of_draft, kept.files))

    async def _keep(self, now: _Begun, *, insist: bool = False) -> None:
        begun = now.wordings.begun(now.places)
        async with self._order:
            save = partial(acting.keep_begun, self._core.store, self._core.me, begun)
            await self._enclosing.keep(now.files, now.dropped, save, insist=insist)

    async def _where(self) -> tuple[AccountRow, ...]:
        """The accounts on which something can be published."""
        every = await accounts.every(self._core.store)
        return tuple(
            one
            for one in every
            if one.state in (AccountState.ACTIVE, AccountState.PAUSED)
            and one.takes_posts
            and one.channel in self._core.catalogue
            and Verb.POSTS in self._core.catalogue[one.channel].verbs
        )

    async def _use(self, dialog: PublishDialog, wanted: str, where: Sequence[AccountRow]) -> None:
        """Each place gets the template's text for its channel, as it stands there."""
        wordings, first = Wordings(), True
        for one in where:
            channel = self._core.catalogue[one.channel]
            made = await templates.prepare_post(
                self._core.store, self._core.me, wanted, one.id, channel_name=str(channel.name)
            )
            post = Post(made.filled.text, made.title)
            wordings = Wordings(post, template=made.template.id) if first else wordings.saying(one.id, post)
            first = False
        dialog.take(wordings)

    async def _commit(self) -> None:
        undo = timedelta(seconds=self._core.settings.current.undo_seconds)
        postings = self._begun.postings(self._places)
        rows = await acting.post(self._core.store, self._core.me, postings, undo, begun=True)
        said = self._begun, self._places
        self._last |= {row.id: said for row in rows}
        self._begun, self._places = Wordings(), []
        told = ngettext(
            "It will be published in {count} place. Answers gather under it.",
            "It will be published in {count} places. Answers gather under it.",
            len(rows),
        )
        self._say(told.format(count=len(rows)))

    async def _choose_files(self, dialog: PublishDialog) -> None:
        dialog.add_files(await dialogs.choose_files(dialog, _("Add pictures")))

    async def _paste(self, dialog: PublishDialog, picture: QImage) -> None:
        dialog.add_files([await self._pasted.keep(picture)])

    # --- taking back ------------------------------------------------------------------------------------------------

    async def _undo(self, sent: OutboxRow) -> None:
        of = self._last.get(sent.id)
        together = [sent.id] if of is None else [one for one, what in self._last.items() if what is of]
        await self._bring()
        for one in together:
            await writing.undo(self._core.store, one)
        self._say(_("Nothing was published."))
        if of is None:
            self._begun = Wordings()
            await self._bring()
        else:
            back, places = of
            self._begun, self._places = back.above(self._begun), [*dict.fromkeys((*places, *self._places))]
            self._last = {one: what for one, what in self._last.items() if one not in together}
            await self._keep(_Begun(self._begun, self._places))
        await self._publish()


def _begun_in(dialog: PublishDialog) -> _Begun:
    return _Begun(dialog.wordings, dialog.places, dialog.files.all, dialog.files.dropped)
