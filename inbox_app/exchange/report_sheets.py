"""A report as tables for a spreadsheet: its figures, and the messages that one of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inbox_app.domain.people import TimelineLine
from inbox_app.domain.report import Report
from inbox_app.domain.report_words import figure_name, part_name
from inbox_app.exchange.sheets import write_rows
from inbox_app.i18n import _


def write_report(report: Report, names: Mapping[str, str]) -> str:
    """The figures of a report in order; the keys are those of the command's JSON."""
    heads = (_("part"), _("figure"), "part_key", "figure_key", _("value"), _("messages"))
    rows = [
        [
            part_name(part),
            figure_name(part, one.key, names, report.span),
            part.value,
            one.key,
            "" if one.value is None else f"{one.value:g}",
            str(one.messages),
        ]
        for part, figures in report.parts.items()
        for one in figures
    ]
    return write_rows(heads, rows)


def write_lines(lines: Iterable[TimelineLine], names: Mapping[str, str]) -> str:
    """The messages that a figure counts, a row each."""
    heads = (
        _("time"), _("channel"), _("account"), _("conversation"), _("message"), _("author"), _("title"), _("text"),
    )  # fmt: skip
    rows = [
        [
            one.said_at.isoformat(timespec="seconds"),
            names.get(one.channel, one.channel),
            names.get(str(one.account), str(one.account)),
            one.conversation,
            str(one.message),
            one.who,
            one.title,
            one.text,
        ]
        for one in lines
    ]
    return write_rows(heads, rows)
