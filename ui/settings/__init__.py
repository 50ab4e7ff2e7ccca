"""What a person prefers, seen from the window: the page, and what each choice does at once."""
