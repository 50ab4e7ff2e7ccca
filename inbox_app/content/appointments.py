"""Appointments in a calendar part (https://www.rfc-editor.org/rfc/rfc5545): as much of them as one line can say.

Times stay as they are written, with their zone's name beside them: a mail may name a zone that no list knows.
"""

import re
from collections.abc import Iterator

from inbox_app.content import caps
from inbox_app.content.plain import safe_line
from inbox_app.domain.marks import Meeting

_MOST = 5
"""Appointments of one part that are told; the whole file can be saved."""
_LINES = 5_000
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[A-Za-z-]{1,40}=(?:\"[^\"]{0,300}\"|[^;:\"]{0,300}))*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z-]{1,40})=(?:\"([^\"]{0,300})\"|([^;:\"]{0,300}))")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_WORDS = 200

Values = dict[str, tuple[dict[str, str], str]]
"""Property name to parameters and value, the first of each name."""


def read_meetings(text: str) -> tuple[Meeting, ...]:
    """The appointments of a calendar file, at most five."""
    method, found = "", list[Meeting]()
    event: Values | None = None
    deeper = 0
    for name, parameters, value in _lines(text):
        if name == "METHOD":
            method = safe_line(value, 20).upper()
        elif name == "BEGIN" and event is None:
            event = {} if value.strip().upper() == "VEVENT" else None
        elif event is None:
            continue
        elif name == "BEGIN":
            deeper += 1
        elif name == "END" and deeper:
            deeper -= 1
        elif name == "END":
            found.append(_meeting(event, method))
            event = None
        elif not deeper:
            event.setdefault(name, (parameters, value))
        if len(found) == _MOST:
            break
    return tuple(one for one in found if one.start)


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The properties, each on one line again."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text[: caps.TEXT_CHARS])
    for line in unfolded.splitlines()[:_LINES]:
        if match := _LINE.fullmatch(line):
            given = {name.upper(): quoted or bare for name, quoted, bare in _PARAMETER.findall(match[2])}
            yield match[1].upper(), given, match[3]


def _meeting(event: Values, method: str) -> Meeting:
    start, zone = _moment(event.get("DTSTART"))
    end, _zone = _moment(event.get("DTEND"))
    cancelled = _words(event, "STATUS").upper() == "CANCELLED"
    return Meeting(
        summary=_words(event, "SUMMARY"),
        start=start,
        end=end,
        zone=zone,
        place=_words(event, "LOCATION"),
        organizer=_organizer(event),
        method="CANCEL" if cancelled else method,
        repeats="RRULE" in event,
    )


def _moment(given: tuple[dict[str, str], str] | None) -> tuple[str, str]:
    """A time as on the clock of its zone, and the zone's name."""
    parameters, value = given or ({}, "")
    match = _MOMENT.match(value.strip())
    if match is None:
        return "", ""
    year, month, day, hour, minute, utc = match.groups()
    date = f"{year}-{month}-{day}"
    if hour is None:
        return date, ""
    return f"{date}T{hour}:{minute}", "UTC" if utc else safe_line(parameters.get("TZID", ""), 60).lstrip("/")


def _organizer(event: Values) -> str:
    parameters, value = event.get("ORGANIZER", ({}, ""))
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return safe_line(parameters.get("CN", "") or address, _WORDS)


def _words(event: Values, name: str) -> str:
    _parameters, value = event.get(name, ({}, ""))
    plain = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value[: _WORDS * 4])
    return safe_line(plain, _WORDS)
