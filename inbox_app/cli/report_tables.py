"""A report in the terminal: a line a figure, what came beside what left, and the hours of the week as a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inbox_app.cli.output import one_line
from inbox_app.domain.report import Figure, Part, Report
from inbox_app.domain.report_words import counted_name, figure_name, figure_value, part_name, weekday_name
from inbox_app.domain.words import Direction
from inbox_app.i18n import _

_PAIRS = {Part.TIME, Part.CHANNELS, Part.ACCOUNTS, Part.HATS, Part.TAGS}
_NAME, _NUMBER, _BAR, _WIDEST = 38, 14, 20, 100
_DAYS, _HOURS = range(7), range(24)
_MEMBERS, _OURS = "█", "░"


def report_text(found: Report, names: Mapping[str, str]) -> str:
    """The whole report, part by part."""
    lines: list[str] = []
    for part, figures in found.parts.items():
        if part is Part.HEAT:
            lines += _heat(figures)
        elif part in _PAIRS:
            lines += _pairs(found, part, names)
        else:
            lines.append(part_name(part))
            lines += [_line(figure_name(part, one.key, names, found.span), figure_value(one)) for one in figures]
    return "\n".join(lines)


def _line(name: str, *values: str) -> str:
    return f"  {one_line(name, _NAME):<{_NAME}}" + "".join(f"{value:>{_NUMBER}}" for value in values)


def _pairs(found: Report, part: Part, names: Mapping[str, str]) -> list[str]:
    """What members said and what we said in one line; over time with a bar, and without the days of silence."""
    pairs = {one.key.rpartition(" ")[0]: [0, 0] for one in found.parts[part]}
    for one in found.parts[part]:
        what, _space, way = one.key.rpartition(" ")
        pairs[what][way == Direction.OUTGOING] = one.messages
    is_time = part is Part.TIME
    marks = (f"{_MEMBERS} ", f"{_OURS} ") if is_time else ("", "")
    heads = [f"{mark}{told}" for mark, told in zip(marks, (_("from members"), _("from us")), strict=True)]
    most = max(map(sum, pairs.values()), default=0)
    if not pairs:
        return []
    lines = [f"{part_name(part):<{_NAME + 2}}" + "".join(f"{head:>{_NUMBER}}" for head in heads)]
    for what, counts in pairs.items():
        if any(counts) or not is_time:
            bar = f"  {_bar(counts, most)}" if is_time else ""
            lines.append(_line(counted_name(part, what, names, found.span), *map(str, counts)) + bar)
    return lines


def _bar(counts: Sequence[int], most: int) -> str:
    whole, came = (round(number * _BAR / most) for number in (sum(counts), counts[0]))
    return _MEMBERS * came + _OURS * (whole - came)


def _heat(figures: Sequence[Figure]) -> list[str]:
    """A row a day, or a row an hour where the numbers are long; a dot is an hour of silence."""
    counts = {tuple(map(int, one.key.split())): one.messages for one in figures}
    cell = 1 + max(len(str(count)) for count in [10, *counts.values()])
    days = [weekday_name(day)[:3] for day in _DAYS]
    if 5 + cell * len(_HOURS) <= _WIDEST:
        rows = [(days[day], [counts.get((day, hour), 0) for hour in _HOURS]) for day in _DAYS]
        heads = [str(hour) for hour in _HOURS]
    else:
        rows = [(f"{hour:>2}h", [counts.get((day, hour), 0) for day in _DAYS]) for hour in _HOURS]
        heads, cell = days, max(cell, 5)
    lines = [part_name(Part.HEAT), "     " + "".join(f"{head:>{cell}}" for head in heads)]
    return lines + [f"  {name:<3}" + "".join(f"{count or '·':>{cell}}" for count in row) for name, row in rows]
