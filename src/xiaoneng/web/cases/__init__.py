"""Cases (办件) and what is known of them: steps, pauses, extensions, clocks, cards, and the files they came from."""

__all__: list[str] = []
