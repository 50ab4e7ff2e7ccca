"""Every question the interface can ask; returns frozen values."""

from inbox_app.storage.store import Store

__all__ = ["Store"]
