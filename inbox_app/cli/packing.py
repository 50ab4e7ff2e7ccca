"""`member pack`: all that is kept of one member, in one file to hand over."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Document, Printed
from inbox_app.cli.reader import MEMBER
from inbox_app.cli.telling import Teller
from inbox_app.domain.errors import WrongUse
from inbox_app.domain.ids import MemberId
from inbox_app.exchange.access.pack import pack, preview
from inbox_app.exchange.access.subject import Decisions
from inbox_app.exchange.access.words import shares_sentence
from inbox_app.exchange.target import manifest_of
from inbox_app.i18n import _
from inbox_app.queries import members as ask
from inbox_app.storage.exporting.subject import Shares


def arguments(parser: ArgumentParser) -> None:
    """What `member pack` takes."""
    parser.add_argument("member", metavar="ID", help=str(MEMBER))
    parser.add_argument("--out", metavar="ZIP", type=Path, help=_("the file to make"))
    notes = parser.add_mutually_exclusive_group()
    notes.add_argument("--with-notes", action="store_true", help=_("with the team's notes and reminders"))
    notes.add_argument("--withhold-notes", metavar="REASON", default="", help=_("without them, and the pack says why"))
    parser.add_argument("--redact", action="store_true", help=_("without other people's words, names and files"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say how much it is"))


async def run(desk: Desk, chosen: Namespace) -> Printed:
    """Write the pack, or say how much it would be."""
    if chosen.out is None and not chosen.dry_run:
        raise WrongUse(_("Where to? Name a file with --out, or ask with --dry-run how much it would be."))
    decided = Decisions(chosen.with_notes, chosen.withhold_notes, chosen.redact)
    async with desk.open() as app:
        card = await ask.card(app.store, app.me, MemberId(chosen.member))
        known = await preview(app.store, app.me, card)
        if chosen.dry_run:
            return Printed({**_document(known), "files": []}, shares_sentence(card.name, known))
        done = await pack(app.store, app.me, card, decided, chosen.out.absolute(), Teller(desk.output).tell)
    manifest = manifest_of(done.out, is_folder=False)
    files: list[Document] = [{"path": str(done.out), "sha256": one.sha256, "size": one.size} for one in done.files]
    told: Document = {**_document(known), "out": str(done.out), "manifest": str(manifest), "files": files}
    written = _("{path} is written, with its SHA-256 in {manifest}.").format(path=done.out, manifest=manifest.name)
    return Printed(told, f"{written}\n{shares_sentence(card.name, known)}")


def _document(known: Shares) -> dict[str, Document]:
    return {
        "messages": known.extent.messages,
        "conversations": known.extent.conversations,
        "attachments": known.extent.attachments,
        "theirs": known.theirs,
        "ours": known.ours,
        "others": known.others,
        "notes": known.notes,
    }
