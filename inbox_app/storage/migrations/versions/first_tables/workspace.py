"""The first tables: the workspace itself."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_workspace()
    _create_change()
    _create_change_counter()
    _create_wish()
    _create_colleague()


def _create_workspace() -> None:
    op.create_table(
        "workspace",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workspace")),
        comment="Facts about this workspace: its id, its name, when it was made, settings that "
        "belong to all of the team.",
    )


def _create_change() -> None:
    op.create_table(
        "change",
        sa.Column("seq", WIDE, autoincrement=False, nullable=False),
        sa.Column("at", WIDE, nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        comment="One row a transaction: what it changed, for the other processes. Pruned.",
    )


def _create_change_counter() -> None:
    op.create_table(
        "change_counter",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("seq", WIDE, nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_change_counter")),
        comment="The last number given; its row lock orders the commits of several clients.",
    )


def _create_wish() -> None:
    op.create_table(
        "wish",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("taken_at", WIDE, nullable=True),
        sa.Column("done_at", WIDE, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        comment="What another process asks the engine to do (sync now); it waits for `done_at`.",
    )


def _create_colleague() -> None:
    op.create_table(
        "colleague",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("left_at", WIDE, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague")),
    )
