"""The sidebar and the conversation list."""
