"""`xiaoneng estimate`: what is printed, what is noted, and what is refused."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from xiaoneng.cli import main

SAMPLE = """stratum,village,frame,weight,answer,served,town
A,1,4,2,1,yes,north
A,2,4,2,3,no,north
B,1,6,2,2,yes,north
B,2,6,2,4,NA,south
B,3,6,2,6,no,
"""


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([*arguments, "--lang", "en"])
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def told(*arguments: str) -> tuple[Any, str]:
    code, out, err = run("estimate", *arguments, "--json")
    assert code == 0, err
    return json.loads(out), err


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.csv"
    path.write_text(SAMPLE, encoding="utf-8")
    return path


def test_a_stratified_mean_by_hand(sample: Path) -> None:
    """A: mean 2, variance 2, 2 of 4. B: mean 4, variance 4, 3 of 6. Mean 3.2, variance 0.08 + 0.24."""
    (row,), err = told(
        str(sample), *["--weight", "weight", "--strata", "stratum", "--fpc", "frame", "--value", "answer"]
    )
    assert row == {
        "estimate": pytest.approx(3.2),
        "se": pytest.approx(0.32**0.5),
        "df": 3,
        "ci_low": pytest.approx(3.2 - 3.182446 * 0.32**0.5),
        "ci_high": pytest.approx(3.2 + 3.182446 * 0.32**0.5),
        "n": 5,
        "n_eff": pytest.approx(5),
    }
    assert err == ""


def test_groups_have_their_columns_and_missing_values_are_counted(sample: Path) -> None:
    rows, err = told(str(sample), *["--weight", "weight", "--value", "served=yes", "--by", "town,stratum"])
    assert [(row["town"], row["stratum"], row["n"], row["estimate"]) for row in rows] == [
        ("north", "A", 2, 0.5),
        ("north", "B", 1, 1.0),
        ("south", "B", 0, None),
    ]
    assert "served=yes: 1 rows have no value" in err
    assert "town、stratum: unknown in 1 rows" in err


def test_totals_ratios_and_quantiles(sample: Path) -> None:
    """Weights of 2: a total of 32; answers over villages 16 / 9; the middle answer 3."""
    base = (str(sample), "--weight", "weight")
    assert told(*base, "--value", "answer", "--stat", "total")[0][0]["estimate"] == 32
    ratio = told(*base, "--value", "answer", "--stat", "ratio", "--denominator", "village")
    assert ratio[0][0]["estimate"] == pytest.approx(16 / 9)
    rows, _ = told(*base, *["--value", "answer", "--stat", "quantile", "--quantile", "0.5", "--quantile", "0.9"])
    assert [(row["quantile"], row["estimate"]) for row in rows] == [(0.5, 3), (0.9, 6)]


def test_raking_to_the_margins_of_a_file(sample: Path, tmp_path: Path) -> None:
    """Towns cannot be missing; strata to 10 and 90: (10 x 2 + 90 x 4) / 100 = 3.8."""
    margins = tmp_path / "margins.csv"
    margins.write_text(
        "variable,category,total\nstratum,A,10\nstratum,B,90\nvillage,1,40\nvillage,2,40\nvillage,3,20\n"
    )
    base = (str(sample), "--weight", "weight", "--value", "answer", "--rake", str(margins))
    rows, err = told(*base)
    assert "Weights were raked to stratum、village" in err
    assert rows[0]["n"] == 5
    margins.write_text("variable,category,total\nstratum,A,10\nstratum,B,90\n")
    assert told(*base)[0][0]["estimate"] == pytest.approx(3.8)
    for text, said in (
        ("variable,category\nstratum,A\n", "the margins have no column total"),
        ("variable,category,total\nstratum,A,10\n", "the sample has the category B"),
        ("variable,category,total\nstratum,A,10\nstratum,A,10\n", "the margins have stratum A twice"),
        ("variable,category,total\ntown,north,10\ntown,south,9\n", "town: 1 rows are missing"),
        ("variable,category,total\n,north,10\n", "a row without variable or category"),
        ("variable,category,total\nrace,north,10\n", "the table has no column race"),
    ):
        margins.write_text(text)
        code, _, err = run("estimate", *base)
        assert (code, said in err) == (2, True), err


def test_parquet_and_workbooks_give_the_same(sample: Path, tmp_path: Path) -> None:
    lines = [line.split(",") for line in SAMPLE.strip().splitlines()]
    columns = {head: [line[at] for line in lines[1:]] for at, head in enumerate(lines[0])}
    table = {
        name: texts if name in ("stratum", "served", "town") else list(map(float, texts))
        for name, texts in columns.items()
    }
    parquet, workbook = tmp_path / "sample.parquet", tmp_path / "sample.xlsx"
    pq.write_table(pa.table(table), parquet)
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    asked = ["--weight", "weight", "--strata", "stratum", "--cluster", "village", "--fpc", "frame", "--value", "answer"]
    expected = told(str(sample), *asked)[0]
    assert told(str(parquet), *asked)[0] == expected
    assert told(str(workbook), *asked)[0] == expected


def test_a_table_to_read(sample: Path) -> None:
    code, out, _ = run("estimate", str(sample), *["--weight", "weight", "--value", "answer", "--by", "stratum"])
    assert code == 0
    assert next(line.split() for line in out.splitlines())[:3] == ["stratum", "estimate", "std."]
    assert [line.split()[:2] for line in out.splitlines()][2:] == [["A", "2"], ["B", "4"]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("--weight wieght --value answer", "the table has no column wieght; it has stratum, village"),
        ("--weight town --value answer", "town: 'north' in row 1 is no number"),
        ("--weight weight --value served", 'for the share of one name it: --value "served=yes"'),
        ("--weight weight --value served=maybe", "served has no category maybe; it has yes, no"),
        ("--weight weight --value answer --strata town", "town: missing in row 5"),
        ("--weight weight --value answer --cluster town", "town: missing in row 5"),
        ("--weight weight --value answer --fpc weight", "smaller than the 5 units drawn"),
        ("--weight weight --value answer --stat ratio", "name its column with --denominator"),
        ("--weight weight --value answer --stat quantile --quantile 7", "there is no quantile of 7"),
    ],
)
def test_what_cannot_be_estimated_is_refused(sample: Path, asked: str, said: str) -> None:
    code, _, err = run("estimate", str(sample), *asked.split())
    assert code == 2
    assert err.startswith("Refused: ") or "不能执行" in err
    assert said in err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A,1,4,2,1", "A,1,4,0,1", "the weight in row 1 is 0"),
        ("A,2,4,2,3", "A,2,4,,3", "weight: missing in row 2"),
        ("A,2,4,2,3", "A,2,4,2,3x", "answer: '3x' in row 2 is no number"),
        ("A,2,4,2,3", "A,2,5,2,3", "differs within one"),
    ],
)
def test_rows_that_cannot_be_are_refused_by_their_number(sample: Path, old: str, new: str, said: str) -> None:
    sample.write_text(SAMPLE.replace(old, new), encoding="utf-8")
    code, _, err = run(
        "estimate", str(sample), *["--weight", "weight", "--strata", "stratum", "--fpc", "frame", "--value", "answer"]
    )
    assert (code, said in err) == (2, True), err


@pytest.mark.shared_data
def test_the_public_samples(shared_data: Path, tmp_path: Path) -> None:
    """R survey 4.1-1: apiclus2 in two stages, nhanes with nested clusters, apiclus1 raked."""
    folder = shared_data / "surveys_design"
    (row,), _ = told(
        str(folder / "apiclus2.csv.gz"),
        *["--weight", "pw", "--cluster", "dnum,snum", "--fpc", "fpc1,fpc2", "--value", "api00"],
    )
    assert (row["estimate"], row["se"], row["df"]) == (pytest.approx(670.8118081), pytest.approx(30.0990273768), 39)
    rows, err = told(
        str(folder / "nhanes.csv.gz"),
        *["--weight", "WTMEC2YR", "--strata", "SDMVSTRA", "--cluster", "SDMVPSU", "--value", "HI_CHOL", "--by", "race"],
    )
    assert [(row["race"], row["df"]) for row in rows] == [("1", 16), ("2", 16), ("3", 16), ("4", 16)]
    assert rows[3]["se"] == pytest.approx(0.024666226872)
    assert "745 rows have no value" in err
    margins = tmp_path / "margins.csv"
    margins.write_text(
        "variable,category,total\nstype,E,4421\nstype,H,755\nstype,M,1018\nsch.wide,No,1072\nsch.wide,Yes,5122\n"
    )
    (row,), _ = told(
        str(folder / "apiclus1.csv.gz"),
        *["--weight", "pw", "--cluster", "dnum", "--fpc", "fpc", "--value", "api00", "--rake"],
        str(margins),
    )
    assert (row["estimate"], row["se"]) == (pytest.approx(641.2303209), pytest.approx(23.7036168879))
    assert row["n_eff"] == pytest.approx(174.011158551)
