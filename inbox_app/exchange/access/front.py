"""What the first page of a pack says: who it is about, what is known of them, what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator

from inbox_app.domain.people import Card, Known
from inbox_app.domain.people_words import fact_name, fact_value
from inbox_app.exchange.access.subject import Decisions
from inbox_app.exchange.book.messages import note
from inbox_app.exchange.book.pages import day, text
from inbox_app.i18n import _

RECORD = "data.json"


def front(card: Card, workspace: str, decided: Decisions) -> str:
    """The beginning of the first page."""
    lead = _("All that “{workspace}” keeps about {name}: to read on these pages, and for programs in {file}.")
    lines = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in _facts(card) if value)
    said = "".join(f"<p>{text(one)}</p>" for one in _decisions(decided))
    notes = "".join(note(one) for one in card.notes) if decided.notes else ""
    intro = text(lead.format(workspace=workspace, name=card.name, file=RECORD))
    return f'<section class="about"><p>{intro}</p><dl>{lines}</dl>{said}{notes}{_reminders(card, decided)}</section>'


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    yield _("Name"), card.given_name
    for fact, known in card.facts.items():
        yield fact_name(fact), ", ".join(fact_value(fact, one) for one in _values(known))
    for field, known in card.fields:
        yield field.name, ", ".join(_values(known))
    yield _("Tags"), ", ".join(tag.name for tag in card.tags)
    for one in card.handles:
        name = f"{one.handle} ({one.name})" if one.name not in ("", one.handle) else one.handle
        yield one.channel.capitalize(), name
    yield _("First seen"), day(card.first_seen) if card.first_seen else ""
    yield _("Last seen"), day(card.last_seen) if card.last_seen else ""


def _values(known: Known) -> list[str]:
    return [one for one in (known.value, *known.also) if one]


def _decisions(decided: Decisions) -> Iterator[str]:
    if decided.notes:
        yield _("The team's notes and reminders about this person are included.")
    else:
        yield _("The team's notes and reminders are withheld. Reason: {reason}").format(reason=decided.reason)
    if decided.redact:
        yield _("Words, names and files of other people are left out.")


def _reminders(card: Card, decided: Decisions) -> str:
    if not (decided.notes and card.reminders):
        return ""
    lines = "".join(f"<li>{text(day(one.due_at))} {text(one.text)}</li>" for one in card.reminders)
    title = text(_("Reminders"))
    return f"<h2>{title}</h2><ul>{lines}</ul>"
