"""Follows a link to a message that was pasted or clicked: it opens there, or a sentence says why it cannot."""

from __future__ import annotations

from collections.abc import Callable

from inbox_app.domain.deep_links import DeepLink, read_deep_link
from inbox_app.domain.ids import ConversationId, MessageId
from inbox_app.i18n import _
from inbox_app.queries import inbox
from ui.core import Core
from ui.tasks import Tasks

Open = Callable[[ConversationId, MessageId], None]


class Linking:
    """`open_message` shows a message, `say` tells a sentence."""

    def __init__(self, core: Core, tasks: Tasks, open_message: Open, say: Callable[[str], object]) -> None:
        self._core, self._tasks, self._open, self._say = core, tasks, open_message, say

    def follow(self, words: str) -> bool:
        """Whether these words are a link and no search."""
        link = read_deep_link(words)
        if link is not None:
            self._tasks.start(self._follow(link), "link")
        return link is not None

    async def _follow(self, link: DeepLink) -> None:
        if link.workspace not in ("", self._core.address.name):
            said = _("This link leads to the workspace “{workspace}”. Switch there, then paste it again.")
            self._say(said.format(workspace=link.workspace))
            return
        where = await inbox.conversation_of(self._core.store, link.message)
        if where is None:
            self._say(_("The message that this link leads to is not in this workspace."))
        else:
            self._open(where, link.message)
