"""Tables that keep no order: on SQLite without row numbers, on PostgreSQL rewritten in the order of their keys while voting runs.

Every table is keyed by what is random to an onlooker (hash of a token, keyed mark), or by its content's own order.
"""

from typing import Any

from django.db import migrations

# {bytes} and {bare} differ between the two databases
_TABLES = [
    # Codes handed out: only their hashes. Whether one was used stands in the ballots alone.
    """create table ballotbox_code (
        round varchar(40) not null, code_hash {bytes} not null, stratum varchar(40) not null,
        batch varchar(40) not null, is_voided smallint not null, primary key (round, code_hash)) {bare}""",
    # The last ballot of each token: no time; `bucket` is a coarse number and empty in rounds of staff.
    """create table ballotbox_ballot (
        round varchar(40) not null, token_hash {bytes} not null, stratum varchar(40) not null, bucket integer,
        answers {bytes} not null, mac {bytes} not null, receipt_mark {bytes} not null, margin_mac {bytes} not null,
        primary key (round, token_hash)) {bare}""",
    # Remarks lie apart, under a keyed mark that says nothing to whoever lacks the key.
    """create table ballotbox_remark (
        round varchar(40) not null, mark {bytes} not null, remark text not null, primary key (round, mark)) {bare}""",
    # Keyed marks of receipts whose ballot was replaced: a late repetition must not bring the old ballot back.
    """create table ballotbox_past_receipt (
        round varchar(40) not null, mark {bytes} not null, primary key (round, mark)) {bare}""",
    # One row a round: how many ballots, and their keyed sum, so that a row taken out shows.
    """create table ballotbox_tally (
        round varchar(40) not null, ballots integer not null, nonce {bytes} not null, masked {bytes} not null,
        primary key (round)) {bare}""",
    # After the close: the public log, sorted.
    """create table ballotbox_leaf (
        round varchar(40) not null, leaf {bytes} not null, primary key (round, leaf)) {bare}""",
    # After the close: what was answered, without token; the place is the order of the contents.
    """create table ballotbox_kept (
        round varchar(40) not null, place integer not null, stratum varchar(40) not null, batch varchar(400) not null,
        bucket integer, answers {bytes} not null, primary key (round, place)) {bare}""",
    """create table ballotbox_kept_remark (
        round varchar(40) not null, place integer not null, remark text not null, primary key (round, place)) {bare}""",
    # Paper and telephone ballots, entered twice by two persons; the number stands on the sheet, not beside a name.
    """create table ballotbox_sheet (
        round varchar(40) not null, sheet varchar(40) not null, entry smallint not null, stratum varchar(40) not null,
        way varchar(10) not null, answers {bytes} not null, remark text not null, entered_by varchar(150) not null,
        mac {bytes} not null, primary key (round, sheet, entry)) {bare}""",
    """create table ballotbox_sheet_count (
        round varchar(40) not null, stratum varchar(40) not null, counts text not null, stated_by varchar(150) not null,
        primary key (round, stratum)) {bare}""",
]
_NAMES = [
    "code", "ballot", "remark", "past_receipt", "tally", "leaf", "kept", "kept_remark", "sheet", "sheet_count",
]  # fmt: skip
_WORDS = {
    "sqlite": {"bytes": "blob", "bare": "without rowid"},
    "postgresql": {"bytes": "bytea", "bare": ""},
}


def make(apps: Any, schema_editor: Any) -> None:
    for table in _TABLES:
        schema_editor.execute(table.format(**_WORDS[schema_editor.connection.vendor]))


def drop(apps: Any, schema_editor: Any) -> None:
    for name in _NAMES:
        schema_editor.execute(f"drop table ballotbox_{name}")


class Migration(migrations.Migration):
    dependencies = [("ballotbox", "0001_initial")]

    operations = [migrations.RunPython(make, drop)]
