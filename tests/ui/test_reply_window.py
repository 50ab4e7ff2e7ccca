"""How long a channel takes an answer is counted down, and its end is said while one writes; no word is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inbox_app.contract.remote import ConversationSeen
from inbox_app.domain.words import Kind
from inbox_app.ingest.ingest import ingest
from inbox_app.queries import inbox
from inbox_app.queries import writing as queries
from tests.ui.cores import StoreCore
from tests.ui.keeping import Keep
from tests.ui.patience import until
from tests.unit.ingest.tales import said
from ui.composer.composer import Composer
from ui.composer.reply_window import ReplyWindow, span
from ui.composer.writing import Writing
from ui.inbox.row_text import left_to_answer, spoken
from ui.tasks import Tasks
from ui.theme.theme import Theme

pytestmark = pytest.mark.ui
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3_599, "59 min 59 s"),
        (3_600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_stretch_is_told_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_it_counts_down_and_ends_once(theme: Theme, keep: Keep) -> None:
    now = [NOON]
    ended: list[bool] = []
    chip = keep(ReplyWindow(theme, lambda: now[0]))
    chip.ended.connect(lambda: ended.append(True))
    chip.watch(NOON + timedelta(hours=25))
    assert (chip.said, chip.isHidden()) == ("1 d 1 h left to answer", False)
    now[0] += timedelta(hours=24, minutes=59, seconds=30)
    chip.tick()
    assert chip.said == "30 s left to answer"
    now[0] += timedelta(seconds=30)
    chip.tick()
    chip.tick()
    assert chip.isHidden()
    assert ended == [True]
    chip.watch(NOON)
    assert chip.isHidden()
    assert ended == [True], "an end that has passed is no news"


async def test_the_end_is_said_while_one_writes_and_the_text_is_kept(
    core: StoreCore, tasks: Tasks, theme: Theme, keep: Keep
) -> None:
    composer = keep(Composer(theme))
    composer.show()
    writing = Writing(core, tasks, composer, pause=timedelta(milliseconds=20))
    soon = datetime.now(UTC) + timedelta(minutes=90)
    told = ConversationSeen(Kind.DIRECT, ("chat",), "The chat", reply_until=soon)
    await core.store.write(lambda tx: ingest(tx, core.account, [said("a", 1, kind=Kind.DIRECT, keys=("chat",)), told]))
    (wanted,) = await inbox.conversation_ids(core.store, core.me)
    writing.turn_to(wanted)
    await until(lambda: writing.conversation == wanted, "the draft")
    writing.take_note(await inbox.thread(core.store, core.me, wanted))
    assert composer.window_left.said.startswith("1 h ")
    composer.field.insertPlainText("Dear Maya")
    assert composer.problem == ""
    composer.window_left._clock = lambda: soon
    composer.window_left.tick()
    assert composer.problem.startswith("The time to answer here ended on ")
    assert composer.problem.endswith("What you wrote is kept as a draft.")
    assert composer.field.isEnabled(), "so that it can be copied"
    assert composer.field.isReadOnly()
    await until(lambda: writing.is_idle, "the pause")
    kept = await queries.draft(core.store, core.me, wanted)
    assert kept is not None
    assert kept.text == "Dear Maya"
    writing.leave()
    assert composer.window_left.isHidden()
    await writing.save()


async def test_on_its_last_day_the_list_counts_down_where_an_answer_is_due(core: StoreCore) -> None:
    end = datetime.now(UTC) + timedelta(days=2)
    told = ConversationSeen(Kind.DIRECT, ("chat",), "The chat", reply_until=end)
    await core.store.write(lambda tx: ingest(tx, core.account, [said("a", 1, kind=Kind.DIRECT, keys=("chat",)), told]))
    (wanted,) = await inbox.conversation_ids(core.store, core.me)
    (row,) = await inbox.conversation_rows(core.store, core.me, [wanted])
    says = {
        timedelta(hours=25): "",
        timedelta(minutes=185, seconds=5): "3 h 5 min left",
        timedelta(seconds=61): "1 min left",
        timedelta(seconds=-1): "",
    }
    assert {left: left_to_answer(row, end - left) for left in says} == says
    assert left_to_answer(replace(row, needs_reply=0), end - timedelta(hours=1)) == "", "nobody waits"
    near = replace(row, reply_until=datetime.now(UTC) + timedelta(hours=2, seconds=30))
    assert "2 h 0 min left" in spoken(near)
