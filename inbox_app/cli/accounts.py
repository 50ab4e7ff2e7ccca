"""`account`: connect, list, check, sign in again, pause, resume and remove accounts."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from getpass import getpass

from inbox_app.actions import accounts as act
from inbox_app.app import App
from inbox_app.cli import removing
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.cli.reader import ACCOUNT
from inbox_app.cli.rows import account_json, account_text
from inbox_app.contract.login import (
    CheckState,
    CheckStep,
    Done,
    Field,
    FieldType,
    Form,
    OpenBrowser,
    ShowCode,
    SignIn,
    Step,
)
from inbox_app.domain.errors import Refused, WrongUse
from inbox_app.domain.hats import said_of_hat
from inbox_app.domain.ids import AccountId
from inbox_app.domain.inbox import AccountRow
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.words import AccountState, Formatting, Hat, Quoting
from inbox_app.i18n import _
from inbox_app.keychain.errors import KeyLost, WrongPassphrase
from inbox_app.queries import accounts

HISTORY = "history"
"""The setting that every account has besides its channel's own: how many days, or all."""


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(
        dest="what", metavar="add|list|check|reauthorise|pause|resume|remove|hat|letter|new-key", required=True
    )
    add = what.add_parser("add", help=_("connect an account; the sign-in is tested first"))
    add.add_argument("kind", metavar="KIND", help=_("the channel, see “portavoce channels”"))
    _credential_arguments(add)
    again = what.add_parser("reauthorise", help=_("sign in to an account again, or with other settings"))
    again.add_argument("id", metavar="ID", help=str(ACCOUNT))
    _credential_arguments(again)
    new_key = what.add_parser(
        "new-key", help=_("after the keyring lost the workspace's key: make a new one, then sign in again")
    )
    new_key.add_argument(
        "--passphrase-forgotten", action="store_true", help=_("also where there is a key under another passphrase")
    )
    listing = what.add_parser("list", help=_("all accounts and how they fare"))
    listing.add_argument("--removed", action="store_true", help=_("those that were removed and left their history"))
    for name, about in (
        ("check", _("sign in once more and say whether it works")),
        ("pause", _("neither pull nor send for now")),
        ("resume", _("pull and send again")),
    ):
        what.add_parser(name, help=about).add_argument("id", metavar="ID", help=str(ACCOUNT))
    removing.add_arguments(what)
    hat = what.add_parser("hat", help=_("under which hat its new conversations are worked"))
    hat.add_argument("id", metavar="ID", help=str(ACCOUNT))
    hat.add_argument("hat", choices=list(Hat))
    letter = what.add_parser("letter", help=_("how its mails are written: signature, quoting, formatting"))
    letter.add_argument("id", metavar="ID", help=str(ACCOUNT))
    letter.add_argument("--signature", metavar="T", help=_("below every mail; light formatting as in **bold**"))
    letter.add_argument("--quote", choices=list(Quoting), help=_("whether answers quote what they answer"))
    letter.add_argument(
        "--format", choices=list(Formatting), help=_("HTML beside the text where something is formatted, or never")
    )
    letter.add_argument("--tell-read", choices=["yes", "no"], help=_("whether its server is told what is read here"))


def _credential_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="K=V", action="append", default=[], help=_("a setting; “portavoce channels KIND” lists them")
    )
    parser.add_argument(
        "--secret", metavar="K", action="append", default=[], help=_("a secret, read from standard input, one a line")
    )


async def _run(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.what == "add":
        return await _add(desk, chosen)
    if chosen.what == "reauthorise":
        return await _sign_in_again(desk, chosen)
    async with desk.open() as app:
        if chosen.what == "list":
            return await _list(app, removed=chosen.removed)
        if chosen.what == "new-key":
            return await _make_new_key(app, passphrase_is_forgotten=chosen.passphrase_forgotten)
        wanted = AccountId(chosen.id)
        if chosen.what in _DEEDS:
            return await _DEEDS[chosen.what](app, wanted, chosen)
        if chosen.what == "check":
            await app.check_account(wanted, lambda step: _report(desk, step))
        else:
            await act.set_state(app.store, wanted, _STATES[chosen.what])
        row = await accounts.one(app.store, wanted)
    return Printed(account_json(row), account_text(row))


async def _list(app: App, *, removed: bool) -> Printed:
    if removed:
        rows: Sequence[AccountRow] = [one.account for one in await accounts.removed(app.store)]
        nothing = _("No account was removed with its history kept.")
    else:
        rows, nothing = await accounts.every(app.store), _("No account is connected yet.")
    return Printed([account_json(row) for row in rows], "\n".join(map(account_text, rows)) or nothing)


_STATES = {"pause": AccountState.PAUSED, "resume": AccountState.ACTIVE}


async def _make_new_key(app: App, *, passphrase_is_forgotten: bool) -> Printed:
    """Only where the old one cannot be had: what it sealed stays closed for ever after.

    A wrong passphrase may be a slip of the finger, so it is no lost key unless the person says so.
    """
    try:
        await app.keychain.unlock()
    except KeyLost:
        await app.keychain.start_over()
    except WrongPassphrase:
        if not passphrase_is_forgotten:
            raise
        await app.keychain.start_over()
    else:
        raise Refused(_("The key of this workspace is where it belongs, so no new one was made."))
    rows = await accounts.every(app.store)
    text = _("There is a new key. Sign in again on: {names}.").format(names=", ".join(row.handle for row in rows))
    return Printed([account_json(row) for row in rows], text if rows else _("There is a new key."))


def require_channel(catalogue: Mapping[str, object], kind: str) -> None:
    """Raise `WrongUse` where there is no such channel."""
    if kind not in catalogue:
        known = ", ".join(sorted(catalogue))
        raise WrongUse(_("There is no channel “{kind}”. There are: {known}.").format(kind=kind, known=known))


async def _add(desk: Desk, chosen: Namespace) -> Printed:
    require_channel(desk.catalogue, chosen.kind)
    fields = desk.catalogue[chosen.kind].fields
    settings, secrets = await _read_given(chosen, fields)
    async with desk.open(create=True, otherwise=desk.usual) as app:
        if any(one.type is FieldType.SECRET for one in fields):
            # Nobody should wait for two servers to learn that there is no place for the password.
            await app.keychain.unlock()
        flow = app.sign_in(chosen.kind, settings, lambda step: _report(desk, step))
        try:
            done = await _follow(desk, flow, settings, secrets)
        finally:
            await flow.close()
        added = await app.add_account(chosen.kind, done)
        row, where = await accounts.one(app.store, added), app.address.reference
    document = {"id": row.id, "channel": row.channel, "handle": row.handle, "workspace": where}
    said = _("{handle} is connected ({id}), in the workspace {where}.")
    return Printed({**document}, said.format(handle=row.handle, id=row.id, where=where))


async def _sign_in_again(desk: Desk, chosen: Namespace) -> Printed:
    wanted = AccountId(chosen.id)
    async with desk.open() as app:
        row = await accounts.one(app.store, wanted)
        given, secrets = await _read_given(chosen, desk.catalogue[row.channel].fields)
        flow, known = await app.sign_in_again(wanted, lambda step: _report(desk, step))
        try:
            done = await _follow(desk, flow, {**known, **given}, secrets)
        finally:
            await flow.close()
        await app.keep_sign_in(wanted, done)
        row = await accounts.one(app.store, wanted)
    return Printed(account_json(row), _("{handle} is signed in again.").format(handle=row.handle))


async def _read_given(chosen: Namespace, fields: Sequence[Field]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings and secrets of the arguments. Raises `WrongUse` for names that the channel does not know."""
    names = {one.also: one.name for one in fields if one.also}
    settings = {names.get(name, name): value for name, value in map(_setting, chosen.set)}
    secrets = [names.get(name, name) for name in chosen.secret]
    _refuse_unknown(settings, frozenset(one.name for one in fields if one.type is not FieldType.SECRET) | {HISTORY})
    _refuse_unknown(secrets, frozenset(one.name for one in fields if one.type is FieldType.SECRET))
    return settings, {name: await _secret(name) for name in secrets}


async def _wear(app: App, wanted: AccountId, chosen: Namespace) -> Printed:
    await act.wear(app.store, wanted, Hat(chosen.hat))
    row = await accounts.one(app.store, wanted)
    return Printed(account_json(row), said_of_hat(row.handle, row.hat))


async def _letter(app: App, wanted: AccountId, chosen: Namespace) -> Printed:
    """Change how mails are written where something was given, and say how they are."""
    await act.set_letter_habits(
        app.store,
        wanted,
        signature=chosen.signature,
        quoting=Quoting(chosen.quote) if chosen.quote else None,
        formatting=Formatting(chosen.format) if chosen.format else None,
        tells_read=chosen.tell_read == "yes" if chosen.tell_read else None,
    )
    row = await accounts.one(app.store, wanted)
    document: JsonObject = {
        "id": row.id,
        "signature": row.signature,
        "quote": row.quoting.value,
        "format": row.formatting.value,
        "tell_read": row.tells_read,
    }
    lines = [
        _("Quoting: {word}").format(word=row.quoting.value),
        _("Formatting: {word}").format(word=row.formatting.value),
        _("Its server is told what is read here.")
        if row.tells_read
        else _("Its server is not told what is read here."),
        row.signature or _("No signature."),
    ]
    return Printed(document, "\n".join(lines))


def _refuse_unknown(given: Iterable[str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or _("none")
            raise WrongUse(_("There is no setting “{name}”. There are: {names}.").format(name=name, names=names))


async def _follow(desk: Desk, flow: SignIn, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Done:
    """Answer every step of a sign-in: from what was given, else at the terminal."""
    step: Step = await flow.start(settings)
    given: dict[str, str] = {**settings, **secrets}
    while not isinstance(step, Done):
        match step:
            case Form():
                if step.problem and not sys.stdin.isatty():
                    raise Refused(step.problem, code="sign_in_failed")
                given = {**_defaults(step), **given, **await _asked(desk, step, given)}
                step = await flow.go_on(given)
            case OpenBrowser(url, text):
                desk.output.note(f"{text}\n{url}")
                await asyncio.to_thread(desk.window.browse, url)
                step = await flow.go_on(given)
            case ShowCode(code, url, text):
                desk.output.note(f"{text}\n{url}\n{code}")
                step = await flow.go_on(given)
    return step


def _defaults(form: Form) -> dict[str, str]:
    return {field.name: field.default for field in form.fields if field.default}


async def _asked(desk: Desk, form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """What is missing, or everything once more after a problem, asked at the terminal."""
    known = {**_defaults(form), **given}
    missing = [
        field
        for field in form.fields
        if field.required and field.is_asked(known) and (form.problem or not known.get(field.name))
    ]
    if not missing:
        return {}
    if not sys.stdin.isatty():
        raise WrongUse(_("This is missing: {names}").format(names=", ".join(map(_option, missing))))
    if form.problem:
        desk.output.note(form.problem)
    answers: dict[str, str] = {}
    for field in missing:
        ask: Callable[[str], str] = getpass if field.type is FieldType.SECRET else input
        answers[field.name] = await asyncio.to_thread(ask, f"{field.label}: ")
    return answers


def _option(field: Field) -> str:
    return f"--secret {field.name}" if field.type is FieldType.SECRET else f"--set {field.name}=…"


def _setting(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals or not name:
        raise WrongUse(_("“{words}” is not of the form name=value.").format(words=words))
    return name.strip(), value.strip()


async def _secret(name: str) -> str:
    if sys.stdin.isatty():
        return await asyncio.to_thread(getpass, f"{name}: ")
    line: str = await asyncio.to_thread(sys.stdin.readline)
    if not line:
        raise WrongUse(_("The secret “{name}” is missing on standard input.").format(name=name))
    return line.rstrip("\r\n")


def _report(desk: Desk, step: CheckStep) -> None:
    if step.state is not CheckState.RUNNING and not desk.output.as_json:
        mark = "✓" if step.state is CheckState.PASSED else "✗"
        desk.output.note(f"{mark} {step.name}" + (f": {step.detail}" if step.detail else ""))


_DEEDS = {"letter": _letter, "hat": _wear, "remove": removing.run}

COMMANDS = {"account": Command(_arguments, _run)}
