"""Reporting the steps of a sign-in as they run, pass or fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inbox_app.contract.connector import Report
from inbox_app.contract.errors import ConnectorError
from inbox_app.contract.login import CheckState, CheckStep


@contextmanager
def reported(report: Report, name: str) -> Iterator[None]:
    """One step: running, then passed, or failed with the sentence that is raised."""
    report(CheckStep(name, CheckState.RUNNING))
    try:
        yield
    except ConnectorError as failure:
        report(CheckStep(name, CheckState.FAILED, str(failure)))
        raise
    report(CheckStep(name, CheckState.PASSED))
