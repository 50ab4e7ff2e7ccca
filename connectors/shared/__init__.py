"""Protocol code that two connectors need."""
