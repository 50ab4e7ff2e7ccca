"""What is done before a picture of writing is taken: a message's menu, the tone sheet, a question to the community."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QMenu

from inbox_app.actions import toning
from inbox_app.domain.tone import Rule
from inbox_app.spelling.speller import Speller
from tests.pictures.scenes import opened
from tests.pictures.stage import Stage
from ui.commands import Does
from ui.publish_dialog import PublishDialog
from ui.templates.picker import Picker

Scene = Callable[[Stage], Awaitable[None]]
_DICTIONARIES = str(Path(__file__).parents[1] / "unit/spelling/dictionaries")
_RULES = {
    "en": {
        Rule.GREETING: ["Hi", "Hello"],
        Rule.CLOSING: ["Warmly, Fornace Melagrana"],
        Rule.NEVER: ["asap"],
        Rule.PREFER: ["cheap = affordable"],
        Rule.EXCLAMATION: ["1"],
        Rule.EMOJI: ["1"],
    },
    "it": {
        Rule.ADDRESS: ["tu"],
        Rule.GREETING: ["Ciao", "Buongiorno"],
        Rule.CLOSING: ["Un caro saluto, Fornace Melagrana"],
        Rule.NEVER: ["asap"],
        Rule.PREFER: ["economico = conveniente"],
        Rule.EXCLAMATION: ["1"],
        Rule.EMOJI: ["1"],
    },
}


def menu(member: str) -> Scene:
    """The menu of the message that a reply would answer."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        stage.place.give(Does.MESSAGE)

        def menus() -> list[QMenu]:
            return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]

        await stage.until(lambda: bool(menus()))
        stage.shown = menus()[0]
        stage.after.append(menus()[0].close)

    return scene


def picking(member: str, words: str) -> Scene:
    """A template that is about to be inserted."""

    async def scene(stage: Stage) -> None:
        picker = await _pick(stage, member, words)
        stage.shown = picker
        stage.after.append(picker.reject)

    return scene


def inserted(member: str, words: str) -> Scene:
    """The same in the composer, with what is still missing."""

    async def scene(stage: Stage) -> None:
        picker = await _pick(stage, member, words)
        stage.after.append(stage.place.composer.field.clear)
        picker.choices.choose()
        await stage.until(lambda: stage.place.is_settled and bool(stage.place.composer.text))

    return scene


async def _pick(stage: Stage, member: str, words: str) -> Picker:
    await opened(member)(stage)
    stage.place.give(Does.TEMPLATE)
    picker = await stage.dialog()
    assert isinstance(picker, Picker)
    picker.choices.field.setText(words)
    await stage.until(lambda: bool(picker.preview.field.toPlainText()))
    return picker


def toned(member: str, text: str, language: str) -> Scene:
    """A text that departs from the tone sheet, in the composer."""

    async def scene(stage: Stage) -> None:
        await _lay_down(stage, language)
        await opened(member)(stage)
        stage.place.composer.field.setFocus()
        stage.place.composer.field.setPlainText(text)
        stage.after.append(stage.place.composer.field.clear)
        await stage.until(lambda: stage.place.is_settled and bool(stage.place.composer.tone.found))

    return scene


def misspelt(member: str, text: str) -> Scene:
    """What is misspelt in the composer, by the small dictionaries of the tests."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        assert stage.core is not None
        stage.core.speller = Speller(stage.core.speller.folder, where=[_DICTIONARIES])
        field, spelling = stage.place.composer.field, stage.place.answering.spelling
        field.setFocus()
        field.insertPlainText(text)
        stage.after.append(field.clear)
        await stage.until(lambda: stage.place.is_settled and spelling.is_idle and bool(field.misspelt))

    return scene


def in_private(member: str, text: str) -> Scene:
    """An answer to its author alone, where the service takes one."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        composer = stage.place.composer
        await stage.until(lambda: stage.place.is_settled and composer.private.isVisible())
        composer.private.click()
        composer.field.setFocus()
        composer.field.insertPlainText(text)
        stage.after.append(composer.field.clear)
        stage.after.append(composer.private.click)
        await stage.until(lambda: stage.place.is_settled and composer.is_ready)

    return scene


def completing(member: str, text: str) -> Scene:
    """Emoji that are offered while one writes."""

    async def scene(stage: Stage) -> None:
        await opened(member)(stage)
        field = stage.place.composer.field
        stage.window.activateWindow()
        field.setFocus()
        await stage.until(field.hasFocus)
        field.insertPlainText(text)
        stage.after.append(field.clear)
        await stage.until(lambda: stage.place.is_settled)

    return scene


def tone_sheet(language: str) -> Scene:
    """The rules in their dialog."""

    async def scene(stage: Stage) -> None:
        await _lay_down(stage, language)
        stage.place.give(Does.TONE)
        await _show(stage, await stage.dialog())

    return scene


def asking(text: str, title: str = "") -> Scene:
    """A question that is about to go to several places."""

    async def scene(stage: Stage) -> None:
        await stage.open()
        stage.place.give(Does.PUBLISH)
        shown = await stage.dialog()
        assert isinstance(shown, PublishDialog)
        shown.title.setText(title)
        shown.field.setPlainText(text)
        await _show(stage, shown)

    return scene


def toned_post(text: str, language: str) -> Scene:
    """The same in a post for several places."""

    async def scene(stage: Stage) -> None:
        await _lay_down(stage, language)
        await asking("")(stage)
        dialog = stage.shown
        assert isinstance(dialog, PublishDialog)
        stage.after.insert(0, dialog.field.clear)
        await stage.until(lambda: not dialog.tone.found)  # an earlier picture's post may be checked first
        dialog.field.setPlainText(text)
        await stage.until(lambda: bool(dialog.tone.found))

    return scene


async def _lay_down(stage: Stage, language: str) -> None:
    await stage.open()
    assert stage.core is not None
    store = stage.core.store
    await toning.lay_down(store, "", _RULES[language])
    stage.after.append(lambda: toning.lay_down(store, "", dict.fromkeys(Rule, ())))


async def _show(stage: Stage, dialog: QDialog) -> None:
    stage.shown = dialog
    stage.after.append(dialog.reject)
    await stage.until(dialog.isVisible)
