"""Older workspaces, brought to the current schema."""
