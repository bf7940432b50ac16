"""The page of an edition: one file that opens without a server, in Chinese and English, for reading and printing."""

from .document import page_of

__all__ = ["page_of"]
