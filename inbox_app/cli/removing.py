"""`account remove`: the sign-in goes and the history stays, or with `--with-history` both go for good."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, _SubParsersAction
from dataclasses import asdict

from inbox_app.actions import emptying
from inbox_app.app import App
from inbox_app.cli.output import Document, Printed, printable
from inbox_app.cli.reader import ACCOUNT
from inbox_app.cli.rows import account_json, account_text
from inbox_app.domain.emptying import Holdings
from inbox_app.domain.ids import AccountId
from inbox_app.i18n import _
from inbox_app.queries import accounts


def add_arguments(what: _SubParsersAction[ArgumentParser]) -> None:
    """One deed of `account`."""
    remove = what.add_parser("remove", help=_("disconnect; its history stays, unless --with-history"))
    remove.add_argument("id", metavar="ID", help=str(ACCOUNT))
    remove.add_argument(
        "--with-history", action="store_true", help=_("delete its history too, or only say how much that would be")
    )
    remove.add_argument("--confirm", metavar="HANDLE", help=_("the account's name; without it no history is deleted"))


async def run(app: App, wanted: AccountId, chosen: Namespace) -> Printed:
    """Remove the account alone, say what its history is, or remove both."""
    if chosen.with_history:
        return await _run_with_history(app, wanted, chosen.confirm)
    await app.remove_account(wanted)
    row = await accounts.one(app.store, wanted)
    return Printed(account_json(row), account_text(row))


async def _run_with_history(app: App, wanted: AccountId, confirmed: str | None) -> Printed:
    there = await emptying.preview(app.store, wanted)
    if confirmed is None:
        way = _("Nothing was deleted. To delete all of this for good, say --confirm “{name}”.")
        return Printed(_document(there, deleted=False), f"{_text(there)}\n{way.format(name=printable(there.handle))}")
    emptying.require_name(there, confirmed)
    await app.remove_account(wanted)
    await emptying.begin(app.store, wanted)
    await emptying.finish(app.store, app.address.accounts)
    said = _("This is deleted for good.")
    return Printed(_document(there, deleted=True), f"{_text(there)}\n{said}")


def _document(there: Holdings, *, deleted: bool) -> Document:
    return {"deleted": deleted, **asdict(there)}


def _text(there: Holdings) -> str:
    return "\n".join([printable(there.handle), *(f"{count:>7}  {what}" for what, count in there.lines)])
