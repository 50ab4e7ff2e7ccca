"""Where an answer is written: the text belongs to a person and a conversation, and nothing from outside touches it."""
