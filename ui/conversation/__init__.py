"""One conversation open: its header, its post, its messages in their nesting, its notes."""
