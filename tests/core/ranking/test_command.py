"""`xiaoneng rank`, what it refuses, and what the room refuses."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xiaoneng.cli import main
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import RankingError
from xiaoneng.core.ranking import bottom_set, comparison_bars, count_rank_sets, funnel_limits, rank_sets, ranks, top_set
from xiaoneng.core.tables import SCORED_UNITS

ROWS = "agency,kind,score,se,n\nwater,window,90,1,120\ntax,window,80,1,80\nfire,window,80,1,12\ntown,local,70,,60\n"
COLUMNS = ("--id", "agency", "--score", "score", "--se", "se")


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["rank", *arguments])
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "scores.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_the_rows_are_told_as_json(written: Callable[[str], str]) -> None:
    """Water 90 and tax 80 with errors of 1 are seven standard errors apart; fire has 12 ballots, the town no error."""
    code, out, err = run(written(ROWS), *COLUMNS, "--n-eff", "n", "--group", "kind", "--tau", "1", "--json")
    assert code == 0, err
    told = {row["id"]: row for row in json.loads(out)}
    bounds = ("lower", "upper", "lower_simultaneous", "upper_simultaneous")
    assert [[told[name][bound] for bound in bounds] for name in ("water", "tax", "fire", "town")] == [
        [1] * 4,
        [2] * 4,
        [None] * 4,
        [None] * 4,
    ]
    assert [told[name]["tier"] for name in ("water", "tax", "fire", "town")] == [
        *("upper_half", "lower_half", "not_ranked", "not_ranked")
    ]
    assert [told[name]["is_in_top"] for name in ("water", "tax", "fire", "town")] == [True, False, None, None]
    assert told["town"]["group"] == "local"


def test_packed_files_and_parquet_give_the_same_rows(written: Callable[[str], str], tmp_path: Path) -> None:
    plain = run(written(ROWS), *COLUMNS, "--json")[1]
    packed = tmp_path / "scores.csv.gz"
    packed.write_bytes(gzip.compress(ROWS.encode()))
    columns = {
        "agency": ["water", "tax", "fire", "town"],
        "score": [90.0, 80.0, 80.0, 70.0],
        "se": [1.0, 1.0, 1.0, None],
    }
    pq.write_table(pa.table(columns), tmp_path / "scores.parquet")
    assert run(str(packed), *COLUMNS, "--json")[1] == plain
    assert run(str(tmp_path / "scores.parquet"), *COLUMNS, "--json")[1] == plain


def test_a_rank_is_printed_as_a_range_and_no_score_beside_it(written: Callable[[str], str]) -> None:
    """Tax and fire have equal scores: ranks 2-3 for both."""
    _, out, _ = run(written(ROWS), *COLUMNS, "--lang", "zh")
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert lines["fire"][1:4] == ["2-3", "2-3", "不能区分"]
    assert lines["water"][1:3] == ["1", "1"]
    assert "90" not in out
    assert "2-3" in run(written(ROWS), *COLUMNS, "--lang", "en", "--tau", "2")[1]


def test_votes_are_ranked_with_counts(written: Callable[[str], str]) -> None:
    """Counts of the exact example of docs/methods/ranking.md."""
    text = "answer,votes\n" + "".join(f"{name},{count}\n" for name, count in zip("abcdefg", (120, 100, 80, 75, 30, 28, 5), strict=True))  # fmt: skip
    _, out, _ = run(written(text), "--id", "answer", "--counts", "votes", "--json")
    told = {row["id"]: (row["lower_simultaneous"], row["upper_simultaneous"]) for row in json.loads(out)}
    assert told == {"a": (1, 3), "b": (1, 4), "c": (1, 4), "d": (2, 4), "e": (5, 6), "f": (5, 6), "g": (7, 7)}


@pytest.mark.parametrize(
    ("text", "arguments", "parts"),
    [
        (ROWS, ("--id", "name", "--score", "score", "--se", "se"), ["no column name", "it has agency"]),
        ("agency,score,se\n,1,1\nb,2,1\n", COLUMNS, ["line 2", "give every row its own"]),
        ("agency,score,se\na,1,1\na,2,1\n", COLUMNS, ["agency a comes more than once", "keep one row"]),
        ("agency,score,se\na,1,1\nb,good,1\n", COLUMNS, ["line 3", "'good' is not a number", "correct it"]),
        ("agency,score,se\na,1,1\nb,2,-0.5\n", COLUMNS, ["line 3", "se is -0.5", "cannot be negative"]),
        ("agency,score,se\na,1,inf\nb,2,1\n", COLUMNS, ["line 2", "'inf' is not a number"]),
        (ROWS, (*COLUMNS, "--level", "1.5"), ["level is 1.5", "such as 0.95"]),
        (ROWS, (*COLUMNS, "--replicates", "5"), ["5 replicates are too few"]),
        (ROWS, (*COLUMNS, "--counts", "n"), ["--counts"]),
        (ROWS, ("--id", "agency", "--score", "score"), ["--se"]),
        (ROWS, ("--id", "agency", "--counts", "se"), []),
    ],
)
def test_refusals_say_what_where_and_what_to_do(
    written: Callable[[str], str], text: str, arguments: tuple[str, ...], parts: list[str]
) -> None:
    code, _, err = run(written(text), *arguments)
    assert code == (2 if parts else 0)
    assert [part for part in parts if part not in err] == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda: rank_sets([1.0, 2.0]),
        lambda: rank_sets([1.0, 2.0], standard_errors=[1.0]),
        lambda: rank_sets([1.0, 2.0], standard_errors=[1.0, -1.0]),
        lambda: rank_sets([1.0, float("nan")], standard_errors=[1.0, 1.0]),
        lambda: rank_sets([1.0, 2.0], covariance=np.eye(3)),
        lambda: rank_sets([1.0, 2.0], covariance=np.array([[1.0, 2.0], [2.0, 1.0]])),
        lambda: rank_sets([1.0], standard_errors=[1.0], level=0.2),
        lambda: count_rank_sets([1, -2]),
        lambda: count_rank_sets([1.5]),  # type: ignore[list-item]
        lambda: count_rank_sets([1], correction="none"),
        lambda: count_rank_sets([1], level=1.0),
        lambda: top_set(rank_sets([1.0], standard_errors=[1.0]), 0),
        lambda: bottom_set(rank_sets([1.0], standard_errors=[1.0]), 0),
        lambda: comparison_bars([1.0], [-1.0]),
        lambda: funnel_limits(1.2, 50),
        lambda: funnel_limits(0.5, 0),
    ],
)
def test_impossible_figures_are_refused(ask: Callable[[], Any]) -> None:
    with pytest.raises(RankingError, match=r"write|give|need|correct|check|as many|leave"):
        ask()


def test_a_table_with_a_unit_twice_or_a_negative_error_is_refused() -> None:
    with Engine(threads=1) as engine:
        for rows in (
            [{"unit": "a", "score": 1.0, "standard_error": 1.0}] * 2,
            [{"unit": "a", "score": 1.0, "standard_error": -1.0}],
        ):
            with pytest.raises(RankingError, match="ranks: the"):
                ranks(engine, engine.from_rows(SCORED_UNITS, rows))
