"""The one HTTP client of all connectors: limits, deadlines and the mapping of failures to the contract's errors."""

from __future__ import annotations


class Http:
    """Requests of one account, bounded in time and size."""
