"""Stand-ins for what a test must be able to break at will."""
