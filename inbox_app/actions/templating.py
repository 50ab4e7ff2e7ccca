"""Making and changing templates: each is checked when it is saved, so that nothing strange is found when it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from inbox_app.actions.own_files import OwnFile, keep_files
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.ids import ColleagueId, ConversationId, DraftId, TemplateId
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.macro import Step, read_steps
from inbox_app.domain.templates import Family
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.wording import Wording, checked, twin
from inbox_app.i18n import _
from inbox_app.settings import local_zone
from inbox_app.storage import attachments, drafts, templates
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx

__all__ = ["Wording", "add", "change", "keep", "lend_files", "lend_files_to", "remove", "remove_text", "steps_of"]

MOST_BYTES = 10 * 1024 * 1024
"""Of one file: a template carries small pictures, not films."""


async def add(store: Store, me: ColleagueId, wording: Wording, files: Sequence[OwnFile] = ()) -> TemplateId:
    """Keep a new template. One of a name that is there becomes its variant, for another language or channel.

    Raises:
        WrongUse: the template makes no sense; the sentence says what.
    """

    def work(tx: Tx) -> TemplateId:
        made = templates.put(tx, me, wording)
        _keep_files(tx, store, made, files)
        return made

    return await store.write(work)


async def change(
    store: Store,
    wanted: TemplateId,
    wording: Wording,
    files: Sequence[OwnFile] = (),
    without: Collection[str] = (),
) -> None:
    """Write a text anew; the template's files in `without` come off, others are added.

    Raises:
        WrongUse: the template makes no sense; the sentence says what.
    """

    def work(tx: Tx) -> None:
        templates.change(tx, wanted, checked(wording))
        _keep_files(tx, store, wanted, files, without)

    await store.write(work)


async def remove(store: Store, me: ColleagueId, wanted: str, language: str = "", channel: str = "") -> Family:
    """Take a template out with all its variants, or with a language or channel that one; what there was is returned.

    Raises:
        NotFound: there is no such template.
        Refused: there is no such variant.
    """

    def work(tx: Tx) -> Family:
        family = templates.family_named(tx.conn, me, wanted)
        if not language and not channel:
            templates.remove(tx, family.first.id)
            return family
        found = [one for one in family.all if (one.language, one.channel) == (language, channel)]
        if not found:
            raise Refused(_("“{name}” has no text for that language and channel.").format(name=family.first.name))
        if found[0] is family.first and family.variants:
            raise Refused(
                _("This is the first text of “{name}”: remove its variants before it.").format(name=family.first.name)
            )
        templates.remove(tx, found[0].id)
        return family

    return await store.write(work)


async def remove_text(store: Store, wanted: TemplateId) -> None:
    """Take one text out, and with the first of a family all its variants."""
    await store.write(lambda tx: templates.remove(tx, wanted))


async def keep(store: Store, me: ColleagueId, wording: Wording) -> TemplateId:
    """Save a text as a template, or write the one of this name, language and channel anew."""

    def work(tx: Tx) -> TemplateId:
        known = twin(templates.families(tx.conn, me), checked(wording))
        if known is None:
            return templates.put(tx, me, wording)
        templates.change(tx, known.id, checked(wording))
        return known.id

    return await store.write(work)


async def lend_files(
    store: Store, me: ColleagueId, of: TemplateId, conversation: ConversationId
) -> tuple[DraftFile, ...]:
    """Let the draft of a conversation have a template's files; all that it has then."""

    def work(tx: Tx) -> tuple[DraftFile, ...]:
        draft = drafts.of_conversation(tx.conn, me, conversation)
        return () if draft is None else _lend(tx, of, draft.id)

    return await store.write(work)


async def lend_files_to(store: Store, of: TemplateId, draft: DraftId) -> tuple[DraftFile, ...]:
    """Let a draft that begins a conversation have a template's files; all that it has then."""
    return await store.write(lambda tx: _lend(tx, of, draft))


def _lend(tx: Tx, of: TemplateId, draft: DraftId) -> tuple[DraftFile, ...]:
    templates.lend_files(tx, of, draft)
    return attachments.of_draft(tx.conn, draft)


def steps_of(lines: Sequence[str], now: int) -> tuple[Step, ...]:
    """Steps as people write them. Raises `WrongUse` where one is not understood."""
    return read_steps(lines, from_ms(now).astimezone(local_zone()))


def _keep_files(tx: Tx, store: Store, of: TemplateId, files: Sequence[OwnFile], without: Collection[str] = ()) -> None:
    for file in files:
        if len(file.data) > MOST_BYTES:
            raise WrongUse(_("{name} is too large for a template: at most 10 MB.").format(name=file.name))
    first = templates.first_of(tx.conn, of)
    if first is not None and (files or without):
        templates.keep_files(tx, first.id, keep_files(tx, store.blobs, files), without)
