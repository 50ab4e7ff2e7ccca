"""The core of Portavoce: no Qt, no service names."""
