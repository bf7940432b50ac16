"""What the core refuses to read or to make: each refusal says what, where and what to do, and leaves nothing behind."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from xiaoneng.core.edition import open_edition
from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import (
    DamagedFileError,
    EditionError,
    EncryptedFileError,
    IntakeError,
    MappingError,
    ProfileError,
    RowsRefusedError,
    SimulationError,
    UnreadableFileError,
    UnsafeFileError,
    WrongKindError,
    XiaonengError,
)
from xiaoneng.core.intake import ReadOptions, load_profile, read
from xiaoneng.core.simulate import simulate
from xiaoneng.core.text import decode

LOG = "case_id,activity,timestamp\nA1,received,2026-03-02 09:00:00\nA1,decided,2026-03-09 10:00:00\n"
XES = (
    '<?xml version="1.0"?><log xes.version="1.0"><trace><string key="concept:name" value="1"/><event>'
    '<string key="concept:name" value="a"/><date key="time:timestamp" value="2026-03-02T09:00:00+08:00"/>'
    "</event></trace></log>"
)


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return held.getvalue()


def encrypted() -> bytes:
    """A zip whose first member carries the encryption flag in both of its heads."""
    made = bytearray(zipped(xl__workbook_xml=b"<workbook/>"))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


BOMB = zipped(xl__workbook_xml=b"0" * 300_000_000)
DTD = XES.replace("<log", '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><log').replace('"1"/', '"&b;"/')


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("book.xlsx", LOG.encode(), WrongKindError),
        ("page.xes", b"<html><body/></html>", WrongKindError),
        ("rows.parquet", b"PAR1" + b"\0" * 60, DamagedFileError),
        ("log.xes", XES[:-20].encode(), DamagedFileError),
        ("log.xes.gz", gzip.compress(XES.encode())[:-12], DamagedFileError),
        ("book.xlsx", zipped(xl__workbook_xml=b"<workbook/>"), IntakeError),
        ("book.xlsx", encrypted(), EncryptedFileError),
        ("book.xlsx", BOMB, UnsafeFileError),
        ("log.xes", DTD.encode(), UnsafeFileError),
        ("table.csv", b"colour,size\nred,3\n", MappingError),
        ("empty.csv", b"", IntakeError),
    ],
)
def test_a_file_that_cannot_be_read_safely_is_refused(
    tmp_path: Path, name: str, content: bytes, refusal: type[XiaonengError]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with Engine(threads=1) as engine, pytest.raises(refusal) as refused:
        read([path], engine=engine)
    assert len(str(refused.value)) > 20


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    with Engine(threads=1) as engine, pytest.raises(UnsafeFileError, match="split the file"):
        read([path], engine=engine, options=ReadOptions(max_bytes=10))


def test_rows_that_cannot_be_read_refuse_the_file_unless_the_good_ones_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG + "A2,received,soon\n", encoding="utf-8")
    with Engine(threads=1) as engine:
        with pytest.raises(RowsRefusedError):
            read([path], engine=engine)
        accepted = read([path], engine=engine, options=ReadOptions(accept_good_rows=True))
        assert accepted.steps.count() == 2
        assert [(row["line"], row["reason"]) for row in accepted.set_aside.rows()] == [(4, "unreadable_time")]


def test_binary_text_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="zero bytes"):
        decode(b"a\0b\0\0\0c,d\n" * 5)


def test_a_profile_that_is_missing_or_malformed_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[[parts", encoding="utf-8")
    for wrong in ("no_such_profile", broken):
        with pytest.raises(ProfileError):
            load_profile(wrong)


def test_an_edition_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditionError):
        open_edition(tmp_path / "nowhere")


@pytest.mark.parametrize("wrong", [{"cases": 3}, {"agencies": 2}, {"agencies": 99}])
def test_a_county_that_cannot_be_simulated_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(SimulationError):
        simulate(tmp_path / "county", seed=1, **{"agencies": 6, "cases": 2000, **wrong})
    assert not (tmp_path / "county").exists()


def test_a_mutated_file_gives_a_report_or_a_clear_refusal_and_nothing_else(tmp_path: Path) -> None:
    """100 files with flipped, cut, doubled or foreign bytes."""
    chance = random.Random(20261123)
    seeds = {"log.csv": (LOG * 3).encode(), "log.xes": XES.encode(), "log.xes.gz": gzip.compress(XES.encode())}
    with Engine(threads=1) as engine:
        for number in range(100):
            name, content = chance.choice(sorted(seeds.items()))
            mutated = bytearray(content)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(len(mutated))
                match chance.randrange(4):
                    case 0:
                        mutated[place] ^= 1 << chance.randrange(8)
                    case 1:
                        del mutated[place:]
                        mutated += b"<"
                    case 2:
                        mutated[place:place] = mutated[: chance.randrange(40)]
                    case _:
                        mutated[place:place] = "县".encode("gb18030")
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(bytes(mutated))
            with suppress(XiaonengError):  # any other exception fails the test
                read([path], engine=engine)
