"""A report as a table for a spreadsheet: each figure with the messages that it counts."""

from __future__ import annotations

from collections.abc import Mapping

from inbox_app.domain.report import Report
from inbox_app.domain.report_words import figure_name, part_name
from inbox_app.exchange.sheets import write_rows
from inbox_app.i18n import _

_SHOWN = 1000
"""A cell of a spreadsheet holds no more ids than this."""


def write_report(report: Report, names: Mapping[str, str]) -> str:
    """The figures of a report in order; the keys are those of the command's JSON."""
    heads = (_("part"), _("figure"), "part_key", "figure_key", _("value"), _("messages"))
    rows = [
        [
            part_name(part),
            figure_name(part, one.key, names),
            part.value,
            one.key,
            "" if one.value is None else f"{one.value:g}",
            " ".join(map(str, one.messages[:_SHOWN])),
        ]
        for part, figures in report.parts.items()
        for one in figures
    ]
    return write_rows(heads, rows)
