"""What reports go by, for the whole team."""

from __future__ import annotations

from inbox_app.domain.working_hours import WorkingHours, write_hours
from inbox_app.storage.store import Store
from inbox_app.storage.workspace import WORKING_HOURS, write_shared_setting


async def work_at(store: Store, hours: WorkingHours) -> None:
    """Count waiting by these hours from now on, also in reports of days gone by; none set means by every hour."""
    said = write_hours(hours) if hours.is_set else None
    await store.write(lambda tx: write_shared_setting(tx, WORKING_HOURS, said))
