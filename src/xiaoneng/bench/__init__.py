"""Benchmarks: each figure a median of several runs, as a ratio to a peer that was measured in the same run."""

from .runner import BenchRow, names, run, write_report

__all__ = ["BenchRow", "names", "run", "write_report"]
