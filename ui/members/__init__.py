"""The panel about the members of a conversation."""
