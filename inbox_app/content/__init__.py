"""Hostile content made safe: caps, a killable worker process, MIME, HTML, charsets."""
