"""Saved views in the window: built, counted while they are, and kept in the sidebar."""
