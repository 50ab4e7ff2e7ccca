"""Laying down how the brand speaks: rules of the tone sheet, for the workspace, a channel or a hat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inbox_app.domain.tone import Rule, ToneSheet
from inbox_app.domain.tone_text import with_rule
from inbox_app.storage import tone
from inbox_app.storage.store import Store
from inbox_app.storage.transaction import Tx


async def lay_down(store: Store, place: str, rules: Mapping[Rule, Sequence[str]]) -> ToneSheet:
    """Change some rules for one place ("" is everywhere); one without values is taken back. The whole sheet then.

    Raises:
        WrongUse: values make no sense for their rule; nothing was changed.
    """

    def work(tx: Tx) -> ToneSheet:
        sheet = tone.read(tx.conn)
        voice = sheet.of(place)
        for rule, values in rules.items():
            voice = with_rule(voice, rule, values)
        changed = sheet.having(place, voice)
        tone.write(tx, changed)
        return changed

    return await store.write(work)
