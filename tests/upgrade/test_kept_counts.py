"""A workspace from before counts were kept: they are counted once as it is brought to the current schema."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, MetaData

from inbox_app.domain.ids import AccountId, ColleagueId, TagId
from inbox_app.domain.inbox import SidebarCounts
from inbox_app.domain.words import Hat, State
from inbox_app.paths import WorkspaceAddress, resolve_workspace
from inbox_app.storage import creation, migrations, tallies
from inbox_app.storage.opening import _open, open_database
from tests.servers.postgres import PostgresCluster
from tests.stores import address_on

NOW = 1_764_000_000_000
_OUTBOX = {"account": "one", "colleague": "ada", "kind": "reply", "act": "{}", "decided_at": 1, "not_before": 1}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def empty(request: pytest.FixtureRequest) -> WorkspaceAddress:
    """Where nothing is yet."""
    if request.param == "sqlite":
        return resolve_workspace(str(request.getfixturevalue("tmp_path") / "workspace"))
    cluster: PostgresCluster = request.getfixturevalue("shared_postgres")
    return address_on(cluster, cluster.new_database())


def make_old(address: WorkspaceAddress) -> None:
    """The first schema, with conversations and acts of every kind that is counted, and some that are not."""
    database = _open(address, create=True)
    with database.upgrading() as connection:
        database.prepare_creation(connection)
        migrations.upgrade(connection, "0001")
        creation.fill(connection, "old", NOW)
        fill(connection)
    database.close()


def fill(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)

    def put(table: str, *rows: Mapping[str, object]) -> None:
        for row in rows:
            connection.execute(tables.tables[table].insert(), row)

    put("colleague", {"id": "ada", "name": "Ada", "made_at": 1})
    of_practice = {"channel": "practice", "state": "active", "made_at": 1}
    put("account", *(of_practice | {"id": one, "remote_id": one, "handle": one} for one in ("one", "two")))
    usual = {"channel": "practice", "kind": "mail", "hat": "community", "last_message": 5}
    put(
        "conversation",
        usual | {"id": "c1", "account": "one", "state": "open", "assignee": "me"},
        usual | {"id": "c2", "account": "two", "state": "open", "hat": "social"},
        usual | {"id": "c3", "account": "one", "state": "waiting"},
        usual | {"id": "c4", "account": "one", "state": "snoozed"},
        usual | {"id": "c5", "account": "one", "state": "done"},
        usual | {"id": "described", "account": "one", "state": "open", "last_message": 0},
        usual | {"id": "merged", "account": "one", "state": "open", "merged_into": "c1"},
    )
    put("tag", {"id": "t", "name": "tag"})
    put("conversation_tag", {"conversation": "c1", "tag": "t"}, {"conversation": "c5", "tag": "t"})
    put("handle", {"id": "h", "channel": "practice", "remote_id": "h", "handle": "h"})
    put("thread", {"id": "th", "account": "one", "kind": "mail", "key": "k", "conversation": "c1"})
    said = {"account": "one", "thread": "th", "author": "h", "direction": "in", "state": "received"}
    for number, where in ((5, "c1"), (6, "c1"), (7, "c5")):
        put("message", said | {"id": number, "conversation": where, "sent_at": 1, "received_at": 1})
        put("unread", {"colleague": "ada", "conversation": where, "message": number})
    for state in ("queued", "sending", "unconfirmed", "failed", "failed", "delivered"):
        number = len(connection.execute(tables.tables["outbox"].select()).all())
        put("outbox", _OUTBOX | {"id": f"o{number}", "key": f"k{number}", "state": state})


def test_they_are_counted_once(empty: WorkspaceAddress) -> None:
    make_old(empty)
    database = open_database(empty, create=False, now=NOW)
    with database.connect_reader() as connection, connection.begin():
        assert tallies.wrong_counts(connection) == 0
        mine, adas = (tallies.sidebar_counts(connection, ColleagueId(one)) for one in ("me", "ada"))
    database.close()
    assert mine == SidebarCounts(
        by_state={State.OPEN: 2, State.WAITING: 1, State.SNOOZED: 1},
        open_by_account={AccountId("one"): 1, AccountId("two"): 1},
        open_by_hat={Hat.COMMUNITY: 1, Hat.SOCIAL: 1},
        open_by_tag={TagId("t"): 1},
        mine=1,
        unread=0,
        outbox_waiting=2,
        outbox_problems=3,
    )
    assert (adas.mine, adas.unread) == (0, 1)
