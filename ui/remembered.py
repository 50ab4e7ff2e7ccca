"""Where one was in a workspace: the view, its tab, the hat and the conversation, kept from one start to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSettings, Qt

from inbox_app.domain.ids import ConversationId
from inbox_app.domain.words import Hat, State
from ui.bridge import Bridge
from ui.inbox.conversation_list import ConversationList
from ui.inbox.sidebar import Sidebar
from ui.inbox.views import View

ShowView = Callable[[View, State | None], None]


class Remembered(QObject):
    """Goes back there once, as soon as what it takes has been read; whatever a person does first ends it."""

    def __init__(self, of: str, sidebar: Sidebar, listing: ConversationList, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._key = f"places/{hashlib.sha256(of.encode()).hexdigest()[:16]}"
        self._sidebar, self._list, self._bridge = sidebar, listing, bridge
        self._view: str | None = None
        self._state: State | None = None
        self._conversation: ConversationId | None = None
        self._show_view: ShowView | None = None
        self._open: Callable[[ConversationId], None] | None = None
        sidebar.view_chosen.connect(self.forget)
        listing.opened.connect(self.forget)
        listing.searched.connect(self.forget)
        # Queued: the sidebar shall have its lines first.
        bridge.accounts_changed.connect(self.seek_view, Qt.ConnectionType.QueuedConnection)
        bridge.tags_changed.connect(self.seek_view, Qt.ConnectionType.QueuedConnection)
        bridge.colleagues_changed.connect(self.seek_view, Qt.ConnectionType.QueuedConnection)
        bridge.ids_changed.connect(self._seek_conversation)

    def keep(self, settings: QSettings) -> None:
        """Write down where one is; only ids and names of ours."""
        chosen = self._list.chosen_state
        hat = self._sidebar.hat
        place = [self._list.shown_view.key, chosen or "", hat or "", self._bridge.opened or ""]
        settings.setValue(self._key, [str(one) for one in place])

    def restore(self, settings: QSettings, show_view: ShowView, open_one: Callable[[ConversationId], None]) -> None:
        """Go there when the sidebar and the list know it."""
        match settings.value(self._key):
            case [str(view), str(state), str(hat), str(conversation)]:
                self._view = view
                self._state = next((one for one in State if one == state), None)
                self._conversation = ConversationId(conversation) if conversation else None
                self._show_view, self._open = show_view, open_one
                if hat in [one.value for one in Hat]:
                    self._sidebar.wear(Hat(hat))

    def forget(self, _what: object = None) -> None:
        """The person went somewhere by themselves."""
        self._view = self._conversation = None

    def seek_view(self, _rows: Sequence[object]) -> None:
        """The sidebar may have the line now."""
        view = self._sidebar.view_of(self._view) if self._view else None
        if view is not None and self._show_view is not None:
            self._view = None
            self._sidebar.mark(view.key)
            self._show_view(view, self._state)

    def _seek_conversation(self, ids: Sequence[ConversationId]) -> None:
        wanted = self._conversation
        if wanted is not None and self._view is None and wanted in ids and self._open is not None:
            self._conversation = None
            self._open(wanted)
