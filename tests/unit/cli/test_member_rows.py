"""Members as lines: a terminal of 80 columns breaks none of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inbox_app.cli.member_rows import line_text
from inbox_app.domain.ids import MemberId
from inbox_app.domain.people import MemberLine

THEN = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("label", ["newcomer", "nuovo arrivato", ""])
@pytest.mark.parametrize("messages", [1, 27, 12345])
def test_a_line_of_the_list_fits_a_terminal_and_its_tags_stand_below(label: str, messages: int) -> None:
    one = MemberLine(
        id=MemberId("jgtz2p5n2m4ewb1s"),
        name="Hattie Merriweather of the long names",
        handles=("@hattie_merriweather@social.example", "hattie@mail.example"),
        channels=("mastodon", "email"),
        tags=("Ambassador", "Regular"),
        messages=messages,
        first_seen=THEN,
        last_seen=THEN,
        notes=1,
    )
    line, tags = line_text(one, label).split("\n")
    assert max(map(len, (line, tags))) <= 80
    assert line.startswith("✎ jgtz2p5n2m4ewb1s  Hattie Merriwe")
    assert f" {messages} message" in line
    assert not label or f" {label[:5]}" in line
    assert tags.strip() == "[Ambassador, Regular]"
