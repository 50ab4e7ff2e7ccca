"""The throw-away PostgreSQL does what the storage tests rely on."""

import psycopg
import pytest
import sqlalchemy

from tests.servers.postgres import PostgresCluster

pytestmark = pytest.mark.server


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def test_sqlalchemy_opens_the_address(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("SELECT 6 * 7")) == 42
    engine.dispose()


def test_a_listener_is_told_what_another_connection_notifies(postgres_url: str) -> None:
    with (
        psycopg.connect(_plain(postgres_url), autocommit=True) as listener,
        psycopg.connect(_plain(postgres_url)) as speaker,
    ):
        listener.execute("LISTEN changes")
        speaker.execute("NOTIFY changes, '17'")
        speaker.commit()
        (heard,) = listener.notifies(timeout=5, stop_after=1)
    assert (heard.channel, heard.payload) == ("changes", "17")


def test_full_text_search_has_its_extensions(postgres_url: str) -> None:
    with psycopg.connect(_plain(postgres_url)) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
        assert connection.execute("SELECT unaccent('Caffè')").fetchone() == ("Caffe",)


def test_databases_know_nothing_of_each_other(postgres: PostgresCluster) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    with psycopg.connect(_plain(postgres.url(first))) as connection:
        connection.execute("CREATE TABLE only_here (id int)")
    with psycopg.connect(_plain(postgres.url(second))) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    postgres.drop_database(first)
    postgres.drop_database(second)


def test_a_template_hands_on_its_tables(postgres: PostgresCluster) -> None:
    template = postgres.new_database()
    with psycopg.connect(_plain(postgres.url(template))) as connection:
        connection.execute("CREATE TABLE inherited (id int)")
    copy = postgres.new_database(template)
    with psycopg.connect(_plain(postgres.url(copy))) as connection:
        assert connection.execute("SELECT to_regclass('inherited')::text").fetchone() == ("inherited",)
    postgres.drop_database(copy)
    postgres.drop_database(template)


def test_a_stop_ends_connections_and_a_start_brings_the_rows_back(postgres: PostgresCluster, postgres_url: str) -> None:
    with psycopg.connect(_plain(postgres_url), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        postgres.stop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    postgres.start()
    with psycopg.connect(_plain(postgres_url)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
