"""A long process is folded into bands, like a text into lines, so that its letters stay readable on one page."""

from __future__ import annotations

from collections.abc import Sequence

TURN = 12.0  # from the boxes at the end of a band to the innermost line that turns there


def folded(
    halves: Sequence[float], broad: Sequence[float], *, room: float | None, gap: float, margin: float
) -> list[list[int]]:
    """The layers in as few bands as fit, divided where few lines pass and about evenly."""
    everything = list(range(len(halves)))

    def length(low: int, high: int, tracks: float) -> float:
        return sum(2 * half for half in halves[low:high]) + gap * (high - low - 1) + 2 * (margin + tracks)

    if room is None or length(0, len(halves), 0) <= room:
        return [everything]
    for parts in range(2, len(halves)):
        even = length(0, len(halves), 0) / parts
        best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
        for part in range(1, parts + 1):
            for high in range(part, len(halves) + 1):
                found = []
                for low in range(part - 1, high):
                    if (part - 1, low) in best:
                        cost, ends = best[part - 1, low]
                        cut = broad[high - 1] if high < len(halves) else 0.0
                        if length(low, high, max(cut, broad[low - 1] if low else 0.0) + TURN) <= room:
                            uneven = abs(length(low, high, 0) - even) / even
                            found.append((cost + cut / 10 + 8 * uneven**2, [*ends, high]))
                if found:
                    best[part, high] = min(found)
        if (parts, len(halves)) in best:
            ends = best[parts, len(halves)][1]
            return [everything[low:high] for low, high in zip([0, *ends], ends, strict=False)]
    return [[layer] for layer in everything]
