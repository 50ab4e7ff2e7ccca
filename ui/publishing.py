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
from inbox_app.actions.acting import BegunPost
from inbox_app.actions.writing import Files
from inbox_app.domain.beside import Words
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId, OutboxId
from inbox_app.domain.inbox import AccountRow, OutboxRow
from inbox_app.domain.words import AccountState, Verb
from inbox_app.i18n import _, ngettext
from inbox_app.queries import accounts, templates
from inbox_app.queries import writing as questions
from ui import dialogs
from ui.asking import Asking
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

    @property
    def kept(self) -> BegunPost:
        """The same as it is kept."""
        return self.wordings.begun(self.places)


class Publishing(QObject):
    """Keeps what was begun, at each pause, and its files as soon as they are attached. `say` tells a sentence."""

    def __init__(self, core: Core, tasks: Tasks, theme: Theme, window: QWidget, say: Callable[[str], object]) -> None:
        super().__init__(window)
        self._core, self._tasks, self._theme, self._window, self._say = core, tasks, theme, window, say
        self._begun, self._places = Wordings(), list[AccountId]()
        self._last: dict[OutboxId, tuple[Wordings, list[AccountId]]] = {}
        self._pasted, self._enclosing, self._order = Pasted(), Enclosing(), asyncio.Lock()
        self._dialog: PublishDialog | None = None
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._keep_soon)
        self._based: Words | None = None
        """What was kept as begun when it was last seen here."""
        self._looking = Asking(tasks, "post that was begun")
        self.deeds: dict[Does, Callable[[], None]] = {Does.PUBLISH: lambda: self._start(self._publish())}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way in or out."""
        return not (self._rest.isActive() or self._order.locked()) and self._looking.is_idle

    def take_back(self, sent: OutboxRow) -> None:
        """Undo a post, and those that were published with it; their texts come back to be changed."""
        self._start(self._undo(sent))

    def close(self) -> None:
        """Nobody publishes here any more: what was pasted is not kept."""
        self._pasted.forget()

    def look_again(self) -> None:
        """What was begun was changed, maybe by another window: where nothing was written here, it is shown as it is."""
        if self._dialog is not None:
            self._looking.ask(partial(self._look, self._dialog))

    def _start(self, work: Work) -> None:
        self._tasks.start(work, "publish")

    # --- publishing -------------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        where = await self._where()
        if not where:
            self._say(_("None of your accounts takes posts. Connect one that does, and ask there."))
            return
        self._dialog = dialog = await self._made(where)
        checking = Checking(self._core, self._tasks, dialog, dialog.title)
        dialog.read_in.connect(checking.tone.follow)
        checking.tone.follow(dialog.readers)
        checking.tone.sheet_came.connect(lambda: dialog.judge_by(checking.tone.departs))
        try:
            accepted = await dialogs.ask(dialog)
        finally:
            self._dialog = None
            self._rest.stop()
            checking.close()
        self._begun, self._places = dialog.wordings, dialog.places
        await self._keep(_begun_in(dialog), insist=bool(accepted))
        if accepted:
            await self._commit()

    async def _made(self, where: Sequence[AccountRow]) -> PublishDialog:
        limits = {one.id: await self._core.post_limits(one.id) for one in where}
        families = await templates.families(self._core.store, self._core.me)
        with_text = [one for one in families if one.says_something]
        dialog = PublishDialog(self._theme, self._window.window(), where, limits, with_text)
        await self._bring(dialog)
        dialog.template_chosen.connect(lambda wanted: self._start(self._use(dialog, wanted, where)))
        dialog.files_wanted.connect(lambda: self._start(self._choose_files(dialog)))
        dialog.field.picture_pasted.connect(lambda picture: self._start(self._paste(dialog, picture)))
        dialog.edited.connect(self._rest.start)
        dialog.enclosed.connect(self._keep_soon)
        dialog.beside.taken.connect(lambda one: self._start(self._choose(dialog, one, take=True)))
        dialog.beside.dropped.connect(lambda one: self._start(self._choose(dialog, one, take=False)))
        return dialog

    async def _bring(self, dialog: PublishDialog) -> None:
        """What was begun in whatever window, and the files that go with it."""
        kept = await questions.begun_post(self._core.store, self._core.me)
        self._based = kept.words
        dialog.files.show_files([*map(of_draft, kept.files)])
        dialog.beside.show_texts(kept.beside)
        dialog.fill(Wordings.of_begun(kept), kept.places or [*dialog.boxes])

    async def _look(self, dialog: PublishDialog) -> None:
        async with self._order:
            kept = await questions.begun_post(self._core.store, self._core.me)
            if self._dialog is not dialog:
                return
            if kept.words != self._based and self._is_unchanged(dialog):
                self._based = kept.words
                dialog.fill(Wordings.of_begun(kept), kept.places or dialog.places)
                if kept.id is None:
                    self._tasks.take(Refused(_("Another window published this or threw it away.")))
                    dialog.reject()
            dialog.files.keep([*map(of_draft, kept.files)])
            dialog.beside.show_texts(kept.beside)

    def _is_unchanged(self, dialog: PublishDialog) -> bool:
        return not self._rest.isActive() and _begun_in(dialog).kept.words == self._based

    async def _choose(self, dialog: PublishDialog, beside: str, *, take: bool) -> None:
        self._rest.stop()
        await self._keep(_begun_in(dialog))
        kept = await questions.begun_post(self._core.store, self._core.me)
        if kept.id is not None:
            await writing.decide_beside(self._core.store, self._core.me, kept.id, beside, take=take)
        self.look_again()

    def _keep_soon(self) -> None:
        if self._dialog is not None:
            self._start(self._keep(_begun_in(self._dialog)))

    async def _keep(self, now: _Begun, *, insist: bool = False) -> None:
        async with self._order:
            await self._enclosing.keep(now.files, now.dropped, partial(self._keep_words, now.kept), insist=insist)

    async def _keep_words(self, now: BegunPost, files: Files) -> None:
        await acting.keep_begun(self._core.store, self._core.me, now, files, self._based)
        self._based = now.words

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
        said = self._begun.begun(self._places).words
        rows = await acting.post(self._core.store, self._core.me, postings, undo, begun=said)
        together = self._begun, self._places
        self._last |= {row.id: together for row in rows}
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
        begun = await questions.begun_post(self._core.store, self._core.me)
        for one in together:
            await writing.undo(self._core.store, one)
        self._say(_("Nothing was published."))
        if of is not None:
            # What came back one by one is put together as it was.
            back, places = of
            both = back.above(Wordings.of_begun(begun)).begun([*dict.fromkeys((*places, *begun.places))])
            self._last = {one: what for one, what in self._last.items() if one not in together}
            await acting.keep_begun(self._core.store, self._core.me, both)
        await self._publish()


def _begun_in(dialog: PublishDialog) -> _Begun:
    return _Begun(dialog.wordings, dialog.places, dialog.files.all, dialog.files.dropped)
