"""Progress of what takes a while, as lines on standard error."""

from __future__ import annotations

import json
from time import monotonic

from inbox_app.cli.output import Output
from inbox_app.exchange.exporting import Step
from inbox_app.i18n import ngettext

_EVERY = 2.0
"""Seconds between two lines of progress."""


class Teller:
    """Says on standard error how far an export is."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._last = monotonic()

    def tell(self, step: Step) -> None:
        """Every other second."""
        now = monotonic()
        if now - self._last < _EVERY:
            return
        self._last = now
        if self._output.as_json:
            self._output.note(json.dumps({"progress": {"done": step.done, "messages": step.messages}}))
        else:
            said = ngettext("{done} of {count} message", "{done} of {count} messages", step.messages)
            self._output.note(said.format(done=step.done, count=step.messages))
