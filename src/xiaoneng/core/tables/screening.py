"""The shape of what a screening of ballots hands over."""

from __future__ import annotations

from .shape import Shape, drawn_columns

SCREENING_SIGNALS = Shape("screening_signals", "one row a test of a batch", drawn_columns("""
    test        | VARCHAR | the test
    signal_kind | VARCHAR | kind of signal; a look needs two different ones
    batch_kind  | VARCHAR | what the ballots of the batch have in common: station, code_batch, time, device
    batch       | VARCHAR | label of the batch
    ballots     | BIGINT  | ballots in the batch
    observed    | DOUBLE  | the statistic as found
    expected    | DOUBLE  | its mean when labels are dealt by chance
    p_value     | DOUBLE  | chance of such a value in an honest batch
    adjusted_p  | DOUBLE  | the same after correction for all tests run (Benjamini, Hochberg)
    is_signal   | BOOLEAN | adjusted_p is at most q of the plan
"""), ("test", "batch_kind", "batch"))
