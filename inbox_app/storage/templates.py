"""Templates as rows: families by name, their texts, their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from inbox_app.domain.errors import NotFound, WrongUse
from inbox_app.domain.ids import ColleagueId, DraftId, TemplateId, new_id
from inbox_app.domain.inbox import DraftFile
from inbox_app.domain.macro import stored_steps
from inbox_app.domain.templates import Family, Template
from inbox_app.domain.timecode import from_ms
from inbox_app.domain.wording import Wording, checked
from inbox_app.domain.words import Hat
from inbox_app.i18n import _
from inbox_app.storage import attachments, draft_files, template_uses
from inbox_app.storage.outbox import File
from inbox_app.storage.schema import attachment, template
from inbox_app.storage.transaction import Tx


def families(conn: Connection, me: ColleagueId) -> tuple[Family, ...]:
    """Every template that a colleague may use, by folder and name, with how often it was used."""
    mine = or_(template.c.colleague.is_(None), template.c.colleague == me)
    order = (func.lower(template.c.folder), func.lower(template.c.name), template.c.made_at, template.c.id)
    found = conn.execute(select(template).where(mine).order_by(*order)).all()
    files = _files(conn, [row.id for row in found])
    uses = template_uses.totals(conn)
    rows = [_template(row, files.get(row.id, ())) for row in found]
    variants: defaultdict[TemplateId, list[Template]] = defaultdict(list)
    for row in rows:
        if row.variant_of is not None:
            variants[row.variant_of].append(row)
    first = [row for row in rows if row.variant_of is None]
    made = [Family(row, tuple(variants[row.id])) for row in first]
    return tuple(_counted(one, uses) for one in made)


def family_named(conn: Connection, me: ColleagueId, wanted: str) -> Family:
    """By id, shortcut or name; one's own goes before one that is shared.

    Raises:
        NotFound: there is none.
    """
    every = families(conn, me)
    by_id = next((one for one in every if wanted in {text.id for text in one.all}), None)
    if by_id is not None:
        return by_id
    sought = wanted.strip().casefold()
    by_name = [one for one in every if sought in {text.name.casefold() for text in one.all}]
    by_shortcut = [one for one in every if one.first.shortcut.casefold() == f"/{sought.lstrip('/')}"]
    for found in (by_name, by_shortcut):
        if found:
            return min(found, key=lambda one: one.first.owner is None)
    raise NotFound(_("There is no template “{name}” in this workspace.").format(name=wanted))


def first_of(conn: Connection, wanted: TemplateId) -> Template | None:
    """The first text of the family that a text belongs to, whoever owns it; None where it is gone."""
    row = conn.execute(select(template).where(template.c.id == wanted)).one_or_none()
    if row is not None and row.variant_of is not None:
        row = conn.execute(select(template).where(template.c.id == row.variant_of)).one()
    return None if row is None else _template(row, _files(conn, [row.id]).get(row.id, ()))


def add(tx: Tx, wording: Wording, variant_of: TemplateId | None) -> TemplateId:
    """A new text, on its own or as a variant.

    Raises:
        WrongUse: the same name, language and channel, or the same shortcut, is there already.
    """
    _refuse_twins(tx.conn, wording, None)
    made = TemplateId(new_id())
    values = {"id": made, "variant_of": variant_of, "made_at": tx.now, "changed_at": tx.now}
    tx.conn.execute(insert(template).values(**values, **_values(wording)))
    tx.about("templates")
    return made


def put(tx: Tx, me: ColleagueId, wording: Wording) -> TemplateId:
    """A new template, as a variant of the one that it names, or that bears its name, where there is one.

    Raises:
        NotFound: there is none that it could be another wording of.
        WrongUse: it makes no sense, or is there already; the sentence says what.
    """
    sound = checked(wording)
    sought = (sound.variant_of or sound.name).casefold()
    same = [one.first for one in families(tx.conn, me) if one.first.name.casefold() == sought]
    first = next((one for one in same if one.owner == sound.owner), None)
    if first is not None:
        return add(tx, replace(sound, shortcut="", folder=first.folder), first.id)
    if sound.variant_of:
        raise NotFound(_("There is no template “{name}” in this workspace.").format(name=sound.variant_of))
    return add(tx, sound, None)


def change(tx: Tx, wanted: TemplateId, wording: Wording) -> None:
    """Write a text anew; its variants follow where what was changed belongs to the family.

    Raises:
        WrongUse: the same name, language and channel, or the same shortcut, is there already.
    """
    _refuse_twins(tx.conn, wording, wanted)
    before = tx.conn.execute(select(template.c.name).where(template.c.id == wanted)).scalar_one()
    tx.conn.execute(update(template).where(template.c.id == wanted).values(**_values(wording), changed_at=tx.now))
    variants = template.c.variant_of == wanted
    tx.conn.execute(update(template).where(variants).values(colleague=wording.owner))
    tx.conn.execute(update(template).where(variants, template.c.name == before).values(name=wording.name))
    tx.about("templates")


def remove(tx: Tx, wanted: TemplateId) -> None:
    """Take a text out of the workspace, and its variants with it; what was sent with it stays."""
    tx.conn.execute(delete(attachment).where(attachment.c.template == wanted))
    tx.conn.execute(delete(template).where(or_(template.c.variant_of == wanted, template.c.id == wanted)))
    tx.about("templates")


def keep_files(tx: Tx, of: TemplateId, files: Sequence[File], without: Collection[str] = ()) -> None:
    """Add files to a template and take those in `without` off."""
    tx.conn.execute(delete(attachment).where(attachment.c.template == of, attachment.c.id.in_(without)))
    new = [DraftFile(new_id(), one.name, one.media_type, one.size, one.description, one.digest) for one in files]
    draft_files.attach(tx, new, _count(tx.conn, of), template=of)
    tx.about("templates")


def lend_files(tx: Tx, of: TemplateId, draft: DraftId) -> None:
    """Let a draft have the files of the template's family too; those it has already by name stay as they are."""
    there, first = attachments.of_draft(tx.conn, draft), first_of(tx.conn, of)
    names = {one.name for one in there}
    files = [one for one in (first.files if first else ()) if one.name not in names]
    draft_files.attach(tx, [replace(one, id=new_id()) for one in files], len(there), draft=draft)
    tx.about("drafts")


def _count(conn: Connection, of: TemplateId) -> int:
    last = select(func.max(attachment.c.position)).where(attachment.c.template == of)
    found: int | None = conn.execute(last).scalar_one()
    return 0 if found is None else found + 1


def _files(conn: Connection, wanted: Collection[str]) -> dict[str, tuple[DraftFile, ...]]:
    part = attachment.c
    columns = (part.template, part.id, part.name, part.media_type, part.size, part.description, part.blob)
    found: defaultdict[str, list[DraftFile]] = defaultdict(list)
    for of, *rest in conn.execute(select(*columns).where(part.template.in_(wanted)).order_by(part.position)):
        found[of].append(DraftFile(*rest))
    return {of: tuple(files) for of, files in found.items()}


def _refuse_twins(conn: Connection, wording: Wording, but: TemplateId | None) -> None:
    same_owner = template.c.colleague.is_(None) if wording.owner is None else template.c.colleague == wording.owner
    others = select(template.c.name, template.c.language, template.c.channel, template.c.shortcut).where(
        same_owner, *([] if but is None else [template.c.id != but])
    )
    for row in conn.execute(others):
        if (row.name.casefold(), row.language, row.channel) == (
            wording.name.casefold(),
            wording.language,
            wording.channel,
        ):
            raise WrongUse(
                _("There is a template “{name}” for this language and channel already.").format(name=wording.name)
            )
        if wording.shortcut and row.shortcut.casefold() == wording.shortcut.casefold():
            raise WrongUse(
                _("The shortcut {shortcut} belongs to the template “{name}” already.").format(
                    shortcut=wording.shortcut, name=row.name
                )
            )


def _values(wording: Wording) -> dict[str, Any]:
    return {
        "name": wording.name,
        "text": wording.text,
        "folder": wording.folder,
        "shortcut": wording.shortcut,
        "keywords": wording.keywords,
        "language": wording.language,
        "channel": wording.channel,
        "colleague": wording.owner,
        "hat": None if wording.hat is None else wording.hat.value,
        "title": wording.title,
        "actions": "\n".join(map(str, wording.steps)),
        "question": wording.question,
    }


def _template(row: Row[*tuple[Any, ...]], files: tuple[DraftFile, ...]) -> Template:
    return Template(
        id=TemplateId(row.id),
        name=row.name,
        text=row.text,
        changed_at=from_ms(row.changed_at),
        folder=row.folder,
        shortcut=row.shortcut,
        keywords=row.keywords,
        language=row.language,
        channel=row.channel,
        variant_of=None if row.variant_of is None else TemplateId(row.variant_of),
        owner=None if row.colleague is None else ColleagueId(row.colleague),
        hat=None if row.hat is None else Hat(row.hat),
        title=row.title,
        steps=stored_steps(row.actions),
        question=row.question,
        files=files,
    )


def _counted(family: Family, uses: dict[TemplateId, tuple[int, int]]) -> Family:
    found = [uses[one.id] for one in family.all if one.id in uses]
    last = max((at for _count, at in found), default=None)
    when = None if last is None else from_ms(last)
    return Family(family.first, family.variants, sum(count for count, _at in found), when)
