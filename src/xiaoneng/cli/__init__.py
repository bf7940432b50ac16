"""The same analyses from a terminal: the command `xiaoneng`."""

from .running import main

__all__ = ["main"]
