"""Export formats, our own import and backup."""
