"""The first tables: accounts, their secrets and limits."""

import sqlalchemy as sa
from alembic import op

from inbox_app.storage.migrations.versions.first_tables import WIDE


def create() -> None:
    """Create these tables and their indexes."""
    _create_account()
    _create_secret()
    _create_lease()
    _create_budget()
    _create_gap()
    _create_remote_count()


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("handles", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("abilities", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hat", sa.Text(), server_default=sa.text("'community'"), nullable=False),
        sa.Column("signature", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("older_cursor", sa.Text(), nullable=True),
        sa.Column("older_done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("history_since", WIDE, nullable=True),
        sa.Column("made_at", WIDE, nullable=False),
        sa.Column("last_success", WIDE, nullable=True),
        sa.Column("next_poll", WIDE, nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("channel", "remote_id", name=op.f("uq_account_channel_remote_id")),
    )


def _create_secret() -> None:
    op.create_table(
        "secret",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("colleague", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_secret_account"), ondelete="CASCADE"),
        sa.UniqueConstraint("account", "colleague", "name", name=op.f("uq_secret_account_colleague_name")),
        comment="Encrypted with the workspace's key; a colleague's name where it is wrapped for one desk only.",
    )


def _create_lease() -> None:
    op.create_table(
        "lease",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("fence", WIDE, nullable=False),
        sa.Column("until", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_lease_account"), ondelete="CASCADE"),
        sa.UniqueConstraint("account", name=op.f("uq_lease_account")),
    )


def _create_budget() -> None:
    op.create_table(
        "budget",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("resets_at", WIDE, nullable=True),
        sa.Column("not_before", WIDE, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_budget_account"), ondelete="CASCADE"),
        sa.UniqueConstraint("account", "name", name=op.f("uq_budget_account_name")),
        comment="Rate limits as the service told them; they survive a restart.",
    )


def _create_gap() -> None:
    op.create_table(
        "gap",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", WIDE, nullable=True),
        sa.Column("until", WIDE, nullable=True),
        sa.Column("can_close", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("found_at", WIDE, nullable=False),
        sa.Column("closed_at", WIDE, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_gap_account"), ondelete="CASCADE"),
        sa.UniqueConstraint("account", "name", name=op.f("uq_gap_account_name")),
    )


def _create_remote_count() -> None:
    op.create_table(
        "remote_count",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("counted_at", WIDE, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_remote_count_account"), ondelete="CASCADE"),
        sa.UniqueConstraint("account", "place", name=op.f("uq_remote_count_account_place")),
    )
