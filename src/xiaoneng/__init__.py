"""Xiaoneng 效能: run an agency-effectiveness programme so that it can be believed."""

__version__ = "0.1.0"
