"""From a connector's events to rows."""
