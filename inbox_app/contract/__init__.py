"""All that a connector may know of us: the connector manual."""
