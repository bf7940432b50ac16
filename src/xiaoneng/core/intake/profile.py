"""Profiles: which column of a file fills which field. They are data (TOML), shipped or saved by the user."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from xiaoneng.core.errors import MappingError, ProfileError

from .fields import CASE_FIELDS, FIELDS

_NAME = re.compile(r"[A-Za-z0-9_\-\u4e00-\u9fff]{1,64}")
# Traditional characters that stand in column names, for files from programs that write them
_SIMPLIFIED = str.maketrans(
    "編號單環節時間發開結辦處機關實際務業動據資訊報類請備註說審歷狀態當縣區鎮鄉門稱項戶證種數補復續級屬來網諾",
    "编号单环节时间发开结办处机关实际务业动据资讯报类请备注说审历状态当县区镇乡门称项户证种数补复续级属来网诺",
)
_KEYS = ("agency", "case_no", "case_key")


@dataclass(frozen=True)
class Rules:
    """How rows become cases where the file leaves it open.

    In      key: what makes a case unique: `agency` (with the case number), `case_no` or `case_key`;
            received: `column` or `first_step`; concluded: `column`, `last_step`, `ending_step`, `closed_status`
    """

    key: str = "agency"
    received: str = "column"
    concluded: str = "column"
    ending_steps: tuple[str, ...] = ()
    accepted_steps: tuple[str, ...] = ()
    artificial_steps: tuple[str, ...] = ()
    closed_status: tuple[str, ...] = ()
    moment_starts: bool = False
    equal_end_is_unknown: bool = False
    accepted_may_follow_end: bool = False
    reasons_are_text: bool = False  # the column holds the reasons themselves, and nothing where none were given
    notice_is_text: bool = False  # the column holds the notice itself
    keeps_order: bool = False  # the steps of a case stand in their order, whatever their moments
    law_rule: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of record in a profile, and the columns that fill its fields: the first that is there."""

    record: str
    columns: Mapping[str, tuple[str, ...]]
    case_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)

    def found(self, columns: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
        """(field -> column, case field -> column) among the columns that are there."""
        there = {normal(column): column for column in reversed(list(columns))}
        return _first(self.columns, there), _first(self.case_columns, there)

    def fits(self, columns: Sequence[str]) -> int:
        """How well the columns fit: 0 not at all, else 1 + the number of fields filled."""
        there = {normal(column) for column in columns}
        if any(normal(one) not in there for one in self.signature):
            return 0
        own, case = self.found(columns)
        if any(need not in own and need not in case and need not in self.constants for need in self.needs):
            return 0
        return 1 + len(own) + len(case) + 2 * len(self.signature)


@dataclass(frozen=True)
class Profile:
    """A named way to read a family of files."""

    name: str
    parts: tuple[Part, ...]
    zone: str = "Asia/Shanghai"
    rank: int = 0
    title: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def part_for(self, columns: Sequence[str], name: str = "") -> Part | None:
        """The part that fits the columns best; a part that the sheet's or file's name points at goes first."""
        scored = [(part.fits(columns), index, part) for index, part in enumerate(self.parts)]
        named = [one for one in scored if one[0] and any(normal(hint) in normal(name) for hint in one[2].names)]
        chosen = max(named or scored, key=lambda one: (one[0], -one[1]), default=None)
        return chosen[2] if chosen and chosen[0] else None


def normal(name: str) -> str:
    """A column's name without case, width, spaces, dots, underscores, dashes: AcceptDate is accept_date, 編號 is 编号."""
    return re.sub(r"[\s_.\-]+", "", unicodedata.normalize("NFKC", name)).casefold().translate(_SIMPLIFIED)


def profiles() -> list[str]:
    """The names of the shipped profiles."""
    return sorted(_shipped())


def load_profile(name: str | Path) -> Profile:
    """A shipped profile by its name, or a saved one by its path.

    Raises  ProfileError
    """
    if isinstance(name, str) and name in _shipped():
        return _shipped()[name]
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise ProfileError(
            f"there is no profile {str(name)!r}: the shipped ones are {', '.join(profiles())}; a saved one is named "
            "by its path (….toml)"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ProfileError(f"{path.name}: cannot be read ({error}); save the profile again") from None
    return _parsed(text, path.name)


def detect_profile(tables: Sequence[tuple[Sequence[str], str]]) -> Profile | None:
    """The shipped profile that reads most of these tables, each given as its columns and its name; None: none does.

    Between profiles that read as many, one that knows its columns by a signature goes before the generic names, and of
    the generic ones the one that fills more fields.
    """
    best: tuple[int, int, int, int, str] | None = None
    for profile in _shipped().values():
        parts = [(profile.part_for(columns, name), columns) for columns, name in tables]
        fits = [(part, part.fits(columns)) for part, columns in parts if part is not None]
        if not any(part.record != "left_out" for part, _ in fits):
            continue
        rank = profile.rank if any(part.signature for part, _ in fits) else 0
        score = (len(fits), rank, sum(fit for _, fit in fits), profile.rank, profile.name)
        if best is None or score > best:
            best = score
    return _shipped()[best[-1]] if best else None


def suggest_mapping(columns: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """For each column the fields it might fill, best first, as (record, field): what a mapping page offers."""
    offers: dict[str, list[tuple[str, str]]] = {column: [] for column in columns}
    for profile in sorted(_shipped().values(), key=lambda one: (-one.rank, one.name)):
        for part in profile.parts:
            own, case = part.found(columns)
            for target, column in [*own.items(), *case.items()]:
                if (part.record, target) not in offers[column]:
                    offers[column].append((part.record, target))
    return offers


def mapped_profile(
    name: str,
    record: str,
    mapping: Mapping[str, str],
    *,
    zone: str = "Asia/Shanghai",
    rules: Rules | None = None,
    constants: Mapping[str, str] | None = None,
) -> Profile:
    """A profile made by hand: `mapping` is column -> field.

    Raises  MappingError where a field does not exist or is filled twice
    """
    if record not in FIELDS:
        raise MappingError(f"{record!r} is no kind of record: choose one of {', '.join(FIELDS)}")
    own: dict[str, tuple[str, ...]] = {}
    case: dict[str, tuple[str, ...]] = {}
    for column, target in mapping.items():
        goes = case if record == "events" and (target in CASE_FIELDS) and target not in _EVENT_OWN else own
        if target not in FIELDS[record] and not (record == "events" and target in CASE_FIELDS):
            raise MappingError(
                f"column {column!r}: {record} has no field {target!r}; it has {', '.join(FIELDS[record])}"
            )
        if target in goes:
            raise MappingError(
                f"field {target!r} is filled by two columns, {goes[target][0]!r} and {column!r}; keep one"
            )
        goes[target] = (column,)
    rules = rules or Rules(
        key="case_no" if record == "events" else "agency", received="first_step" if record == "events" else "column"
    )
    part = Part(record, own, case, needs=tuple({*own, *case}), constants=dict(constants or {}), rules=rules)
    return _checked(Profile(name, (part,), zone=zone, rank=100), name)


_EVENT_OWN = {
    "name",
    "office",
    "handler",
    "happened_at",
    "started_at",
    "ended_at",
    "due_on",
    "lifecycle",
    "step_result",
}


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile as TOML, to be loaded by its path."""
    lines = [
        "# 映射方案。A mapping, saved under a name.",
        f"name = {_toml(profile.name)}",
        f"zone = {_toml(profile.zone)}",
    ]
    lines.append(f"rank = {profile.rank}")
    if profile.title:
        lines.append(f"title = {_toml(dict(profile.title))}")
    if profile.missing:
        lines.append(f"missing = {_toml(profile.missing)}")
    for part in profile.parts:
        lines += ["", "[[parts]]", f"record = {_toml(part.record)}"]
        for key in ("needs", "signature", "names"):
            if value := getattr(part, key):
                lines.append(f"{key} = {_toml(sorted(value) if key == 'needs' else value)}")
        rules = {key: value for key, value in part.rules.__dict__.items() if value != getattr(Rules(), key)}
        for title, table in (
            ("rules", rules),
            ("constants", part.constants),
            ("case_columns", part.case_columns),
            ("columns", part.columns),
            ("missing", part.missing),
            ("codes", part.codes),
        ):
            if table:
                lines += ["", f"[parts.{title}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else {"\\": "\\\\", '"': '\\"'}.get(c, c) for c in value
        )
        return f'"{escaped}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return str(value)


def _first(wanted: Mapping[str, tuple[str, ...]], there: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for target, names in wanted.items():
        for name in names:
            if normal(name) in there:
                found[target] = there[normal(name)]
                break
    return found


@cache
def _shipped() -> dict[str, Profile]:
    folder = resources.files(__package__).joinpath("profiles")
    loaded = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            profile = _parsed(file.read_text(encoding="utf-8"), file.name)
            loaded[profile.name] = profile
    return loaded


def _parsed(text: str, file_name: str) -> Profile:
    try:
        data = tomllib.loads(text)
        parts = tuple(_part(one) for one in data["parts"])
        profile = Profile(
            name=data["name"],
            parts=parts,
            zone=data.get("zone", "Asia/Shanghai"),
            rank=int(data.get("rank", 0)),
            title=data.get("title", {}),
            missing=tuple(data.get("missing", ())),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProfileError(
            f"{file_name}: no readable profile ({type(error).__name__}: {error}); save it again"
        ) from None
    return _checked(profile, file_name)


def _part(data: Mapping[str, Any]) -> Part:
    rules: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.get("rules", {}).items()
    }
    return Part(
        record=data["record"],
        columns=_lists(data.get("columns", {})),
        case_columns=_lists(data.get("case_columns", {})),
        needs=tuple(data.get("needs", ())),
        signature=tuple(data.get("signature", ())),
        names=tuple(data.get("names", ())),
        constants=dict(data.get("constants", {})),
        missing=_lists(data.get("missing", {})),
        codes=dict(data.get("codes", {})),
        rules=Rules(**rules),
    )


def _lists(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        key: (value,) if isinstance(value, str) else tuple(str(one) for one in value) for key, value in table.items()
    }


def _checked(profile: Profile, where: str) -> Profile:
    if not _NAME.fullmatch(profile.name):
        raise ProfileError(f"{where}: {profile.name!r} is no name for a profile; use letters, digits, _ and -")
    for part in profile.parts:
        if part.record not in FIELDS:
            raise ProfileError(f"{where}: {part.record!r} is no kind of record; known are {', '.join(FIELDS)}")
        for target in part.columns:
            if target not in FIELDS[part.record]:
                raise ProfileError(
                    f"{where}: {part.record} has no field {target!r}; it has {', '.join(FIELDS[part.record])}"
                )
        for target in part.case_columns:
            if part.record != "events" or target not in CASE_FIELDS:
                raise ProfileError(f"{where}: {part.record} has no case field {target!r}")
        if part.rules.key not in _KEYS:
            raise ProfileError(f"{where}: {part.rules.key!r} is no key; known are {', '.join(_KEYS)}")
    return profile
