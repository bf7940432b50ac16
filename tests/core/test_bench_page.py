"""The page of figures: what is measured anew replaces its own rows, the others stay."""

from __future__ import annotations

from pathlib import Path

from xiaoneng.bench import write_report
from xiaoneng.bench.runner import BenchRow


def row(name: str, seconds: float) -> BenchRow:
    return BenchRow(name, seconds, "a peer", 2.0, seconds / 2.0, None, 1000)


def test_one_benchmark_measured_anew_leaves_the_rows_of_the_others(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_report([row("clocks", 1.0), row("flow, graph", 1.0), row("flow, growth", 1.0)], page)
    write_report([row("flow, graph", 3.0)], page)
    listed = [line.split("|")[1:4] for line in page.read_text(encoding="utf-8").splitlines() if "| a peer |" in line]
    assert [[cell.strip() for cell in cells] for cells in listed] == [
        ["clocks", "1,000", "1.000"],
        ["flow, graph", "1,000", "3.000"],
    ]
