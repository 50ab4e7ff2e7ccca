"""The lines of the sidebar: what tells accounts apart, and which badge they bear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from inbox_app.domain.filters import By, Is
from inbox_app.domain.ids import AccountId, TagId
from inbox_app.domain.inbox import AccountRow, Tag
from inbox_app.domain.words import AccountState, Hat, Kind, State
from tests.ui.sample import ACCOUNTS, COUNTS
from ui.commands import Does, key_text
from ui.inbox.entries import EntryKind, entries
from ui.inbox.sidebar import Sidebar
from ui.inbox.synced import Synced, how_long_ago
from ui.inbox.views import View, everything
from ui.theme.channels import draw_badge
from ui.theme.theme import Theme
from ui.theme.tokens import SIDEBAR_WIDTH

pytestmark = pytest.mark.ui


def account(number: int, name: str, handle: str, **settings: str) -> AccountRow:
    return replace(ACCOUNTS[0], id=AccountId(f"a{number}"), name=name, handle=handle, settings=settings)


def titles(*accounts: AccountRow) -> list[str]:
    return [line.title for line in entries(accounts, (), COUNTS, None) if line.kind is EntryKind.ACCOUNT]


def test_accounts_that_share_a_name_show_their_handles() -> None:
    one = account(1, "Tideline", "@tideline.example")
    other = account(2, "Tideline", "hello@tideline.example")
    alone = account(3, "Tideline Brews", "@brews.example")
    assert titles(one, other, alone) == ["@tideline.example", "hello@tideline.example", "Tideline Brews"]
    assert titles(one, alone) == ["Tideline", "Tideline Brews"]


@pytest.mark.parametrize(("alone", "by"), [(True, By.MEMBER_TAG), (False, By.TAG)])
def test_a_tag_that_only_people_have_leads_to_what_they_take_part_in(alone: bool, by: By) -> None:
    line = entries((), (Tag(TagId("t1"), "Ambassador", on_members_alone=alone),), None, None)[-1]
    assert line.view is not None
    assert line.view.filter == Is(by, ("t1",))


def test_a_line_knows_which_place_its_account_is() -> None:
    lines = entries((account(1, "Tideline", "@tideline.example", place="room"),), (), None, None)
    assert [line.place for line in lines if line.kind is EntryKind.ACCOUNT] == ["room"]


def test_under_a_hat_only_counts_of_that_hat_are_shown() -> None:
    lines = entries(ACCOUNTS, (), COUNTS, Hat.SOCIAL)
    assert {line.key: line.count for line in lines if line.count} == {"all": COUNTS.open_by_hat[Hat.SOCIAL]}


@pytest.mark.usefixtures("theme")
def test_each_kind_of_place_has_a_badge_of_its_own_where_a_channel_plays_several() -> None:
    kinds = [kind.value for kind in Kind]
    assert len({badge("practice", kind) for kind in kinds}) == len(kinds)
    assert badge("practice", Kind.REVIEW.value) == badge("practice", "reviews")
    assert len({badge("mastodon", kind) for kind in kinds}) == 1


def badge(channel: str, place: str) -> bytes:
    made = QImage(36, 36, QImage.Format.Format_ARGB32)
    made.fill(0)
    painter = QPainter(made)
    draw_badge(painter, QRectF(0, 0, 36, 36), channel, place=place)
    painter.end()
    return bytes(made.constBits())


NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def heard(*minutes_ago: int | None, state: AccountState = AccountState.ACTIVE) -> tuple[AccountRow, ...]:
    moments = [None if one is None else datetime.now(UTC) - timedelta(minutes=one) for one in minutes_ago]
    return tuple(replace(ACCOUNTS[0], last_success=moment, state=state) for moment in moments)


def test_the_foot_says_how_long_ago_all_that_works_was_heard(theme: Theme) -> None:
    foot = Synced(theme)
    for rows, said in (
        (heard(0, 0), "Synced just now"),
        (heard(0, 12), "Synced 12m ago"),
        (heard(3, None), ""),
        ((*heard(0), *heard(900, state=AccountState.SIGN_IN_NEEDED)), "Synced just now"),
        ((), ""),
    ):
        foot.show_accounts(rows)
        assert foot.said == said
    assert how_long_ago(NOW - timedelta(days=3), NOW) == "Synced 24 Nov"


def test_the_foot_never_says_just_now_while_a_service_is_away(theme: Theme) -> None:
    foot = Synced(theme)
    foot.show_accounts([*heard(0), *(replace(row, error="The server does not answer.") for row in heard(0))])
    assert foot.said != "Synced just now"
    assert foot.said.startswith("Synced ")
    assert foot.sizeHint().width() <= theme.scaled(SIDEBAR_WIDTH) / 2, "it has room beside the three buttons"


def test_one_key_goes_to_the_other_hat_and_one_back_to_both(theme: Theme) -> None:
    sidebar, told = Sidebar(theme), list[View]()
    sidebar.view_chosen.connect(told.append)
    for go in (sidebar.change_hats, sidebar.change_hats, sidebar.change_hats, partial(sidebar.go_to_hat, None)):
        go()
    hats = (Hat.COMMUNITY, Hat.SOCIAL, Hat.COMMUNITY, None)
    assert [view.filter for view in told] == [everything().worn(hat).filter for hat in hats]
    assert (sidebar.hat, key_text(Does.BOTH_HATS)) == (None, "Shift+Q")


def test_a_count_is_told_as_it_is_written(theme: Theme) -> None:
    counts = replace(COUNTS, by_state={State.OPEN: 12_345})
    assert entries((), (), counts, None)[0].spoken.endswith("12,345 open")
