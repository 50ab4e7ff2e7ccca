"""Connecting accounts: one dialog that renders every channel's way of signing in."""
