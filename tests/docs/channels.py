"""`docs/channels.md`: what each channel can do, from the manifests and from what its connector inherits."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from inbox_app.contract.connector import Freezes
from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.manifest import Level, Manifest
from inbox_app.domain.words import Resend, Verb

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"

_HEAD = """\
# Channels

What each channel can do, made by `make docs` from the code itself: a change there without one here fails the tests.
What can be done with a certain account or message *now* may be less, and is said beside it with the reason.
"""
_VERBS = {
    Verb.SENDS: "answers and new messages",
    Verb.POSTS: "posts of our own",
    Verb.LISTENS: "hears at once that something is new",
    Verb.LOADS_OLDER: "history from before the connection",
    Verb.FETCHES_ATTACHMENTS: "files fetched when somebody wants them",
    Verb.REACTS: "reactions",
    Verb.MODERATES: "moderation",
    Verb.EDITS_SENT: "edits of what was sent",
    Verb.DELETES_SENT: "deletions of what was sent",
    Verb.MARKS_READ: "marks as read on the service",
    Verb.FINDS_SENT: "looks whether something arrived",
    Verb.COUNTS_REMOTE: "counts what the service holds",
    Verb.READS_ARCHIVE: "reads the service's data download",
}
_RESENDS = {
    Resend.SAFE: "sent again by itself: the service drops what comes twice",
    Resend.CHECK: "looked for, and sent again only if it is not there",
    Resend.ASK: "shown, and never sent again unless a person says so",
}
_LEVELS = {
    Level.WORKS: "works",
    Level.ROBUST: "robust: survives bad days of its service",
    Level.COMPLETE: "complete: does all that its service offers",
}


def render(manifests: Iterable[Manifest]) -> str:
    """The whole page."""
    known = sorted(manifests, key=lambda one: one.key)
    return "\n".join([_HEAD, *_table(known), "", *(line for one in known for line in _section(one))])


def _table(known: list[Manifest]) -> list[str]:
    head = ["| | " + " | ".join(str(one.name) for one in known) + " |", "| --- |" + " :-: |" * len(known)]
    rows = [
        f"| {words} | " + " | ".join("✓" if verb in one.verbs else "–" for one in known) + " |"
        for verb, words in _VERBS.items()
    ]
    return [*head, *rows]


def _section(one: Manifest) -> list[str]:
    lines = [f"## {one.name} (`{one.key}`)", "", f"- Quality: {_LEVELS[one.level]}."]
    if one.verbs == {Verb.READS_ARCHIVE}:
        lines.append("- Read once, from the files that the service gives out; it is never asked.")
    else:
        lines += [f"- Asked every {_span(one.poll.total_seconds())}{_unless(one)}.", *_policy(one)]
    lines += [f"- {what}: {', '.join(map(_setting, fields))}." for what, fields in _settings(one) if fields]
    if one.guide:
        lines.append(f"- Set-up, step by step: [{one.guide}]({one.guide}).")
    return [*lines, ""]


def _unless(one: Manifest) -> str:
    return ", and at once when the service says that something is new" if Verb.LISTENS in one.verbs else ""


def _policy(one: Manifest) -> list[str]:
    connector = one.load()
    if not issubclass(connector, Freezes):
        return ["- Read only: nothing can be sent."]
    looks = Verb.FINDS_SENT in one.verbs and connector.resend is Resend.SAFE
    first = "looked for first; what is not there is " if looks else ""
    kept = connector.remembers_key_for
    within = f", within {_span(kept.total_seconds())}" if kept is not None else ""
    return [f"- What may or may not have arrived is {first}{_RESENDS[connector.resend]}{within}."]


def _settings(one: Manifest) -> list[tuple[str, list[Field]]]:
    secret = [field for field in one.fields if field.type is FieldType.SECRET]
    return [("Settings", [field for field in one.fields if field not in secret]), ("Secrets", secret)]


def _setting(field: Field) -> str:
    if field.also:
        return f"`{field.name}` (or `{field.also}`)"
    if not field.required:
        return f"`{field.name}`"
    when = "" if field.only_with is None else f" with `{'='.join(field.only_with)}`"
    return f"`{field.name}` (needed{when})"


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{round(seconds)} seconds"
    minutes = round(seconds / 60)
    if minutes % (24 * 60) == 0:
        return "a day" if minutes == 24 * 60 else f"{minutes // (24 * 60)} days"
    return "minute" if minutes == 1 else f"{minutes} minutes"
