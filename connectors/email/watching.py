"""The newest UIDs of a folder, whose removal is noticed at once, and the comparison of all those below them.

Where a server does not name what was removed (QRESYNC) its count of mails says that something was. The newest UIDs are
in the cursor, so they are compared at once. Of those below the store knows: they are listed for it stretch by stretch,
one a pull, from the highest to the lowest. https://www.rfc-editor.org/rfc/rfc4549#section-4.3
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from connectors.email.client import Session
from connectors.email.cursor import FolderMark
from connectors.email.mailbox import Opened
from inbox_app.contract.remote import FolderListed

SEARCH_SPAN = 50_000
"""UIDs looked at by one search, so that its answer stays below the library's longest line."""
WATCH_SPAN = 20_000
"""The newest UIDs whose removal is noticed at once; they are kept in the cursor, which has to stay small."""


def watch_from(uid: int) -> int:
    """The lowest UID that is watched where `uid` is the newest."""
    return max(1, uid - WATCH_SPAN + 1)


def watch(uids: Collection[int], last: int) -> frozenset[int]:
    """Those of `uids` that are watched where `last` is the newest."""
    lowest = watch_from(last)
    return frozenset(uid for uid in uids if uid >= lowest)


def doubt_below(mark: FolderMark, held_below: int) -> FolderMark:
    """Compare everything below the watched UIDs, unless as many lie there as before.

    What leaves while a comparison goes on may have left where that has been already: then another one follows it.
    """
    if held_below == mark.held - len(watch(mark.watched, mark.uid)):
        return mark
    return replace(mark, again=True) if mark.below else replace(mark, below=mark.uid)


def compare_below(session: Session, opened: Opened, mark: FolderMark) -> tuple[FolderMark, FolderListed | None]:
    """The next stretch of the comparison under way, if there is one; the mark after it."""
    last = min(mark.below, watch_from(mark.uid) - 1)
    if last < 1:
        return replace(mark, below=0, again=False), None
    first = max(1, last - SEARCH_SPAN + 1)
    there = FolderListed(opened.name, opened.validity, first, last, tuple(session.search(first, last)))
    if first > 1:
        return replace(mark, below=first - 1), there
    return replace(mark, below=mark.uid if mark.again else 0, again=False), there
