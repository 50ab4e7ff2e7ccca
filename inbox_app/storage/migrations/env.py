"""What Alembic runs: our migrations on the caller's connection, in the caller's transaction and no other."""

from alembic import context

from inbox_app.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
