"""Reminders in the window: set, listed, due above the composer, and promised."""
