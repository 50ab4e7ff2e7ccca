"""How much a pack is, in words."""

from __future__ import annotations

from inbox_app.exchange.extents import extent_sentence
from inbox_app.i18n import _, ngettext
from inbox_app.storage.exporting.subject import Shares


def shares_sentence(name: str, known: Shares) -> str:
    """How much there is, whose words it is, and what has to be decided."""
    lines = [extent_sentence(known.extent)]
    said = _("Written by {name}: {theirs}, by us: {ours}, by other people: {others}.")
    lines.append(said.format(name=name, theirs=known.theirs, ours=known.ours, others=known.others))
    if known.notes:
        counted = ngettext("The team wrote {count} note.", "The team wrote {count} notes.", known.notes)
        lines.append(counted.format(count=known.notes))
    return "\n".join(lines)
