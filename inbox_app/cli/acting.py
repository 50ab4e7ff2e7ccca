"""`act` and `post`: what is done on a service besides answering."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from inbox_app.actions import acting
from inbox_app.app import App
from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.cli.queueing import (
    add_text,
    add_time,
    need_text_or_template,
    queued,
    queued_json,
    queued_text,
    undo_window,
)
from inbox_app.cli.rows import message_named
from inbox_app.cli.templated import add_template, given_values, prepared_post
from inbox_app.cli.writing import add_files_and_time, files_of
from inbox_app.domain.errors import Refused
from inbox_app.domain.ids import AccountId
from inbox_app.domain.jsonvalue import JsonObject
from inbox_app.domain.placeholders import ready
from inbox_app.domain.words import Action, Verb
from inbox_app.i18n import _
from inbox_app.queries import accounts

_VERBS = sorted(action.value for action in Action if action not in acting.ELSEWHERE)


def _act_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("verb", metavar="VERB", choices=_VERBS, help=", ".join(_VERBS))
    parser.add_argument("message", metavar="MESSAGE", help=_("a message's id, as “show” names it"))
    parser.add_argument("value", metavar="VALUE", nargs="?", default="", help=_("the emoji, the new text, or a reason"))
    add_time(parser)


async def _act(desk: Desk, chosen: Namespace) -> Printed:
    async with desk.open() as app:
        deed = acting.Deed(message_named(chosen.message), Action(chosen.verb), undo_window(app, chosen), chosen.value)
        row = await acting.act(app.store, app.me, deed)
    return queued(row, chosen)


def _post_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--account", metavar="A", action="append", required=True, help=_("where; may be repeated"))
    add_text(parser, _("the text of the post"))
    add_template(parser)
    parser.add_argument("--title", metavar="T", default="", help=_("its title, where posts have one"))
    add_files_and_time(parser)


async def _post(desk: Desk, chosen: Namespace) -> Printed:
    given = await need_text_or_template(chosen)
    async with desk.open() as app:
        wanted = [AccountId(one) for one in dict.fromkeys(chosen.account)]
        for account in wanted:
            await _check_posts(app, account)
        files = files_of(chosen)
        # All texts are made before the first is queued: one that misses something stops them all.
        said = [replace(await _said(app, chosen, one, given), files=files) for one in wanted]
        rows = await acting.post(app.store, app.me, said, undo_window(app, chosen))
    posts: list[JsonObject] = [{"account": row.account, **queued_json(row)} for row in rows]
    return Printed({"posts": posts}, "\n".join(queued_text(row, chosen) for row in rows))


async def _said(app: App, chosen: Namespace, account: AccountId, given: str | None) -> acting.Posting:
    """A post on one account, in its own form where a template gives it."""
    if given is not None:
        return acting.Posting(account, given, chosen.title)
    made = await prepared_post(app, chosen.template, account, given_values(chosen))
    title = chosen.title or made.title
    ready(f"{made.filled.text}\n{title}")
    return acting.Posting(account, made.filled.text, title, made.template.id)


async def _check_posts(app: App, wanted: AccountId) -> None:
    row = await accounts.one(app.store, wanted)
    if Verb.POSTS not in app.catalogue[row.channel].verbs:
        raise Refused(_("{handle} has no posts: nothing can be published there.").format(handle=row.handle))


COMMANDS = {
    "act": Command(_act_arguments, _act),
    "post": Command(_post_arguments, _post),
}
