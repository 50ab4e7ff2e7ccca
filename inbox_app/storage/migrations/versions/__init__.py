"""The migrations, one module each; Alembic finds them by their `revision`."""
