"""What is done before a picture is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from inbox_app.domain.filter_words import from_words
from inbox_app.domain.rules import RuleDeed, RuleStep
from inbox_app.domain.words import State
from inbox_app.queries import writing
from inbox_app.settings import Settings
from tests.pictures.stage import Stage
from ui.accounts.import_archive import ImportDialog
from ui.commands import Does
from ui.desktop.autostart import AtLogin
from ui.rules.editor import NEW
from ui.rules.page import RulesPage
from ui.settings.page import SettingsPage
from ui.views.builder import ViewBuilder

Scene = Callable[[Stage], Awaitable[None]]


async def first_start(stage: Stage) -> None:
    """The three ways in."""
    await stage.until(lambda: True)


async def listed(stage: Stage) -> None:
    """The list alone."""
    await stage.open()


def opened(member: str) -> Scene:
    """A conversation with this member."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        await stage.show(member)

    return scene


def searched(words: str) -> Scene:
    """A search with its first hit opened."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.list.search.setText(words)
        stage.place.list.search.returnPressed.emit()
        await stage.until(lambda: stage.place.is_settled and stage.place.bridge.opened is not None)

    return scene


def searching(words: str, begun: str) -> Scene:
    """A search with conditions, while another word is being typed and what fits is offered."""

    async def scene(stage: Stage) -> None:
        await searched(words)(stage)
        field = stage.place.list.search
        stage.place.give(Does.SEARCH)
        field.write(f"{words} {begun}")
        field.textEdited.emit(field.text())
        await stage.until(lambda: stage.place.is_settled and stage.place.searching.suggesting.list.isVisible())

    return scene


def written(member: str, text: str) -> Scene:
    """An answer that was begun; taken away again afterwards."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        stage.place.composer.field.setFocus()
        stage.place.composer.field.setPlainText(text)
        stage.after.append(stage.place.composer.field.clear)
        await stage.until(lambda: stage.place.is_settled)

    return scene


def sent(member: str, text: str) -> Scene:
    """An answer in its undo window."""

    async def scene(stage: Stage) -> None:
        await written(member, text)(stage)
        stage.place.give(Does.SEND)
        await stage.until(lambda: stage.place.leaving.isVisible() and stage.place.is_settled)
        stage.after.insert(0, stage.place.leaving.undo)
        assert stage.core is not None
        assert await writing.outbox(stage.core.store, settled=False)

    return scene


def empty(state: State) -> Scene:
    """A tab without anything in it."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.list.states.choose(state)
        stage.place.list.state_chosen.emit(state)
        await stage.until(lambda: stage.place.is_settled and not stage.place.bridge.ids)

    return scene


async def toured(stage: Stage) -> None:
    """The second hint of the tour."""
    await stage.open()
    stage.window.give(Does.TOUR)
    tour = stage.window.touring.tour
    assert tour is not None
    tour.next.click()
    await stage.until(lambda: stage.place.is_settled)


async def commands(stage: Stage) -> None:
    """The bar of all commands."""
    await opened("Maya Lindhagen")(stage)
    stage.window.give(Does.COMMANDS)
    shown = await stage.dialog()
    stage.shown = shown
    stage.after.append(shown.reject)


async def keys(stage: Stage) -> None:
    """All keys by what they do."""
    await stage.open()
    stage.window.give(Does.KEYS)
    shown = await stage.dialog()
    stage.shown = shown
    stage.after.append(shown.reject)


def detached(member: str) -> Scene:
    """A conversation in a window of its own."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        stage.place.give(Does.DETACH)
        (own,) = stage.place.detaching.windows.values()
        stage.shown = own
        await stage.until(lambda: own.bridge.on_screen is not None and own.answering.writing.is_idle)

    return scene


def view_built(name: str) -> Scene:
    """A view being built, with how much it selects."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.give(Does.NEW_VIEW)
        builder = await stage.dialog()
        assert isinstance(builder, ViewBuilder)
        stage.shown = builder
        stage.after.append(builder.reject)
        builder.title.setText(name)
        builder.take(from_words("state:open (kind:comments or kind:direct) not hat:social"))
        await stage.until(lambda: not builder.is_counting)

    return scene


def rule_written(name: str) -> Scene:
    """A rule being written, with what it would have met."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.give(Does.RULES)
        page = await stage.dialog()
        assert isinstance(page, RulesPage)
        stage.shown = page
        stage.after.append(page.reject)
        condition = from_words("text:ship,sped (kind:comments or kind:mention) not member_tag:Ambassador")
        steps = (RuleStep(RuleDeed.TAG, "Press"), RuleStep(RuleDeed.PRIORITY))
        page.editor.show_rule(replace(NEW, name=name, condition=condition, steps=steps))
        await stage.until(lambda: page.is_settled and page.editor.save.isEnabled())

    return scene


async def picked(stage: Stage) -> None:
    """Some conversations picked by keys, and one of them important."""
    await stage.open()
    view = stage.place.list.view
    stage.place.list.step(1)
    for does, steps in ((Does.PICK, 2), (Does.PICK, 2), (Does.PICK_TO, 0)):
        stage.place.give(does)
        for _step in range(steps):
            stage.place.list.step(1)
    stage.after.append(view.stop_picking)
    await stage.until(lambda: stage.place.is_settled and stage.place.bridge.on_screen is not None)


async def ledger(stage: Stage) -> None:
    """Whether anything is missing."""
    await stage.open()
    stage.place.sidebar.ledger.click()
    page = await stage.dialog()
    stage.shown = page
    stage.after.append(page.reject)


async def settings(stage: Stage) -> None:
    """The settings as they are at first."""
    await stage.open()
    page = SettingsPage(stage.theme, stage.window, Settings(), at_login=AtLogin.NOTHING)
    page.open()
    stage.shown = page
    stage.after.append(page.reject)
    await stage.until(page.isVisible)


async def importing(stage: Stage) -> None:
    """What can be brought in."""
    await stage.open()
    stage.place.give(Does.IMPORT)
    dialog = await stage.dialog()
    assert isinstance(dialog, ImportDialog)
    dialog.kinds.setCurrentIndex(next(i for i in range(dialog.kinds.count()) if "WhatsApp" in dialog.kinds.itemText(i)))
    stage.shown = dialog
    stage.after.append(dialog.reject)


def page(does: Does) -> Scene:
    """A page about the whole community."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.give(does)
        shown = await stage.dialog()
        stage.shown = shown
        stage.after.append(shown.reject)
        await stage.until(lambda: bool(getattr(shown, "is_settled", True)))

    return scene
