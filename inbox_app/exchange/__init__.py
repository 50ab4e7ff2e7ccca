"""Export formats, and our own import."""
