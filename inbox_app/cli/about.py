"""`channels` and `doctor`: what this program can do, and whether it is well."""

from __future__ import annotations

import platform
from argparse import ArgumentParser, Namespace
from importlib.metadata import PackageNotFoundError, version

from inbox_app import __version__
from inbox_app.actions import backing_up, mending
from inbox_app.app import App
from inbox_app.cli.accounts import require_channel
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk, NoWorkspace
from inbox_app.cli.output import Document, Printed, moment
from inbox_app.contract.login import Field, FieldType
from inbox_app.i18n import _, ngettext
from inbox_app.keychain import KeychainError, KeyringMode, read_keyring_choice
from inbox_app.queries import inbox
from inbox_app.storage.errors import StorageError
from inbox_app.storage.migrations import head
from inbox_app.storage.store import Store


def _channels_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", metavar="KIND", help=_("the settings of this one"))


async def _channels(desk: Desk, chosen: Namespace) -> Printed:
    if chosen.kind is not None:
        require_channel(desk.catalogue, chosen.kind)
    manifests = [one for one in desk.catalogue.values() if chosen.kind in (None, one.key)]
    document: list[Document] = [
        {
            "key": one.key,
            "name": str(one.name),
            "level": one.level.value,
            "capabilities": sorted(verb.value for verb in one.verbs),
            "settings": [
                {"name": field.name, "label": str(field.label), "secret": _is_secret(field), "required": field.required}
                for field in one.fields
            ],
        }
        for one in manifests
    ]
    lines = [f"{one.key:<12} {one.name!s:<24} {one.level}" for one in manifests]
    if chosen.kind is not None:
        lines += map(_field_text, manifests[0].fields)
    return Printed(document, "\n".join(lines))


def _field_text(field: Field) -> str:
    """How a setting is given, and what it is."""
    given = f"{'--secret' if _is_secret(field) else '--set'} {field.name}"
    words = [str(field.label), ", ".join(field.choices)]
    if field.required and field.only_with is None:
        words.append(_("needed"))
    elif field.required and field.only_with is not None:
        words.append(_("needed with {choice}").format(choice="=".join(field.only_with)))
    return f"  {given:<30} {'; '.join(filter(None, words))}"


def _is_secret(field: Field) -> bool:
    """Whether it is read from standard input alone."""
    return field.type is FieldType.SECRET


def _doctor_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mend", action="store_true", help=_("put right what can be worked out again"))


async def _doctor(desk: Desk, chosen: Namespace) -> Printed:
    facts = _program_facts()
    problems: list[str] = []
    try:
        async with desk.open() as app:
            known, problems = await _workspace_facts(app, mend=chosen.mend)
            facts |= known
    except NoWorkspace:
        facts["workspace"] = None
    text = "\n".join(f"{name}: {value or 'none'}" for name, value in facts.items())
    complaint = "\n".join(f"! {problem}" for problem in problems) or _("All is well.")
    return Printed({**facts, "problems": problems}, f"{text}\n{complaint}", failed=bool(problems))


def _program_facts() -> dict[str, str | None]:
    from inbox_app.storage.sqlite import sqlite_version

    return {
        "program": __version__,
        "python": platform.python_version(),
        "qt": _installed("PySide6-Essentials"),
        "sqlite": sqlite_version(),
        "schema": head(),
        "system": platform.platform(),
        "keyring": (read_keyring_choice().mode or KeyringMode.SYSTEM).value,
    }


async def _workspace_facts(app: App, *, mend: bool) -> tuple[dict[str, str | None], list[str]]:
    """What is known of the workspace, and what is wrong with it: its integrity, counts, keyring, accounts."""
    facts: dict[str, str | None] = {"workspace": app.address.reference, "database": app.store.dialect}
    facts["encryption"] = "none" if app.address.key is None else app.address.key.id
    problems = []
    try:
        await app.store.look_over()
    except StorageError as damage:
        problems.append(damage.message)
    facts["integrity"] = "damaged" if problems else "ok"
    if not problems:
        facts["counts"], wrong = await _counts(app.store, mend=mend)
        problems += wrong
    there = await backing_up.kept(app.address)
    facts["backup"] = moment(there[0].made_at) if there else None
    accounts = await app.accounts()
    problems += [f"{account.handle}: {account.error}" for account in accounts if account.error]
    try:
        await app.keychain.unlock()
    except KeychainError as error:
        problems.append(error.message)
    return facts, problems


async def _counts(store: Store, *, mend: bool) -> tuple[str, list[str]]:
    """How it stands with the kept counts, and the sentence about them where they are wrong."""
    wrong = await inbox.wrong_counts(store)
    if not wrong:
        return "ok", []
    if mend:
        await mending.recount(store)
        return "mended", []
    said = ngettext(
        "{n} count of the sidebar is not right. “portavoce doctor --mend” counts anew.",
        "{n} counts of the sidebar are not right. “portavoce doctor --mend” counts anew.",
        wrong,
    )
    return "wrong", [said.format(n=wrong)]


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


COMMANDS = {"channels": Command(_channels_arguments, _channels), "doctor": Command(_doctor_arguments, _doctor)}
