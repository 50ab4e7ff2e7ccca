"""Every question the interface can ask; returns frozen values."""
