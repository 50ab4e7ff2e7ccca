"""Dates of headers (https://www.rfc-editor.org/rfc/rfc5322#section-3.3), nonsense and old habits included."""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2}
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,]\d+)?)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\s?\d{1,2}:?\d{2}|[A-Za-z]{1,5}))?"
_USUAL = re.compile(
    rf"(?P<day>\d{{1,2}})[\s-]*(?P<month>[A-Za-z]{{3}})[a-z]*\.?[\s,-]*(?P<year>\d{{2,4}})[,\s]+{_TIME}{_ZONE}"
)
_ASCTIME = re.compile(rf"(?P<month>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})")
_LONGEST = 120


def parse_date(text: str) -> datetime | None:
    """The moment in UTC, or None when the text names none."""
    text = text[:_LONGEST]
    found = _USUAL.search(text) or _ASCTIME.search(text)
    try:
        return _build(found) if found else _from_iso(text.strip())
    except (ValueError, OverflowError):
        return None


def _build(found: re.Match[str]) -> datetime:
    month = _MONTHS.get(found["month"].lower(), 0)
    second = min(int(found["second"] or 0), 59)  # leap seconds
    local = datetime(
        _year(found["year"]), month, int(found["day"]), int(found["hour"]), int(found["minute"]), second, tzinfo=UTC
    )
    return local - _offset(found["zone"] or "")


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _offset(zone: str) -> timedelta:
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "").strip().rjust(4, "0")
        hours, minutes = int(digits[:2]), int(digits[2:])
        return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return timedelta(hours=_ZONES.get(zone.upper(), 0))


def _from_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
