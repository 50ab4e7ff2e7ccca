"""What an older Portavoce stored is looked through once, piece by piece, by the engine: for copies, for questions.

How far it is stands in the workspace, in the transaction of its piece, so that a kill loses nothing and it never begins
again. Whatever came in since the upgrade is looked at as it comes, so nobody has to wait for this.
"""

from __future__ import annotations

import logging
from functools import partial

from inbox_app.ingest import copies as joining
from inbox_app.storage import copies, judging
from inbox_app.storage.errors import Damaged, StorageError
from inbox_app.storage.store import Store

_log = logging.getLogger(__name__)


async def unite_what_is_stored(store: Store) -> None:
    """Go through all that is left, a transaction a piece; others write in between."""
    try:
        while (keys := await store.read(copies.keys_left)) is not None:
            await store.write(partial(joining.unite_stored, keys=keys))
        while await store.read(judging.is_left):
            await store.write(judging.judge_some)
    except Damaged:
        raise
    except StorageError as broken:
        _log.warning("What an older Portavoce stored is looked through at the next start: %s", broken)
