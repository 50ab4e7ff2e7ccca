"""The core of Portavoce: no Qt, no service names."""

__version__ = "0.1.0"
"""The only place that says it: the package, the command and what services are told read it here."""
