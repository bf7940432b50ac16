"""Running the application (运维): `xiaoneng serve` and `xiaoneng demo`, found by the command line as entry points."""

from .commands import demo, serve

__all__ = ["demo", "serve"]
