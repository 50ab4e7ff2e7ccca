"""A migration for tests: a column, an index, changed rows, and a table that others refer to made anew."""

import sqlalchemy as sa
from alembic import op

from tests.upgrade.synthetic import NEW, OLD

revision = NEW
down_revision = OLD


def upgrade() -> None:
    """Do what migrations do."""
    op.add_column("tag", sa.Column("planted", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_tag_planted", "tag", ["planted"])
    op.execute(sa.text("UPDATE tag SET planted = 'from ' || name"))
    # SQLite copies the table, drops the old one and renames the new: what refers to it must outlive that.
    with op.batch_alter_table("account") as account:
        account.alter_column("name", new_column_name="title")
        account.alter_column("handle", existing_type=sa.Text(), nullable=True)
    op.create_table("planted", sa.Column("id", sa.Text(), primary_key=True))
