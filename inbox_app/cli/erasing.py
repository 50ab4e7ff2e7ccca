"""`member erase`: what would go, and after the name was typed its going; `member erasures`: when that was done."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from dataclasses import asdict

from inbox_app.actions import erasing
from inbox_app.app import App
from inbox_app.cli.output import Document, Printed, local, moment, printable
from inbox_app.cli.reader import MEMBER
from inbox_app.domain.erasure import Erasing, Extent
from inbox_app.domain.ids import MemberId
from inbox_app.domain.timecode import from_ms
from inbox_app.i18n import _, ngettext
from inbox_app.paths import find_places


def add_arguments(what: _SubParsersAction[ArgumentParser]) -> None:
    """The two deeds of `member`."""
    erase = what.add_parser("erase", help=_("erase a member for good, or only say what that would be"))
    erase.add_argument("member", metavar="ID", help=str(MEMBER))
    erase.add_argument("--confirm", metavar="NAME", help=_("the member's name; without it nothing is erased"))
    erase.add_argument(
        "--anonymise", action="store_true", help=_("keep the conversations without who it was and what they said")
    )
    what.add_parser("erasures", help=_("when somebody was erased; nobody is named"))


async def run_erase(app: App, chosen: Namespace) -> Printed:
    """Preview, or erase."""
    wanted = MemberId(chosen.member)
    if chosen.confirm is None:
        extent = await erasing.preview(app.store, wanted)
        way = _("Nothing was erased. To erase all of this for good, say --confirm “{name}”.")
        return Printed(_document(extent, erased=False), f"{_text(extent)}\n{way.format(name=printable(extent.name))}")
    how = Erasing.ANONYMISE if chosen.anonymise else Erasing.ERASE
    logs = find_places().logs
    extent = await erasing.erase(app.store, app.address, logs, wanted, how, chosen.confirm)
    said = _("This is erased for good: no sync, import or restore brings it back.")
    return Printed(_document(extent, erased=True), f"{_text(extent)}\n{said}")


async def run_erasures(app: App, _chosen: Namespace) -> Printed:
    """The anonymous record."""
    done = await erasing.erasures(app.store)
    document: list[Document] = [
        {
            "at": moment(from_ms(one.at)),
            "how": one.how.value,
            "messages": one.messages,
            "conversations": one.conversations,
        }
        for one in done
    ]
    lines = [
        ngettext("{at}  {count} message", "{at}  {count} messages", one.messages).format(
            at=local(from_ms(one.at)), count=one.messages
        )
        for one in done
    ]
    return Printed(document, "\n".join(lines) or _("Nobody was ever erased here."))


def _document(extent: Extent, *, erased: bool) -> Document:
    return {"erased": erased, **asdict(extent), "handles": list(extent.handles)}


def _text(extent: Extent) -> str:
    lines = [f"{count:>7}  {what}" for what, count in extent.lines]
    who = f"{printable(extent.name)}  {printable(', '.join(extent.handles))}"
    return "\n".join([who, *lines])
