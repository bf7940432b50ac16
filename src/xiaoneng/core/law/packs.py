"""Law packs (法规包): the rules of one country or place, read from a folder of TOML files, one file a law.

`pack.toml` names the pack. Every other file holds one table a rule; `[defaults]` says what its rules have in common; a
rule that has changed is a list of tables (`[[name]]`), one a version. A change of law is a new version; the old stays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..engine import Engine, Table
from ..errors import LawError
from ..tables import LIMITS
from ..terms import PauseGround, StartEvent, Unit
from .cards import CardRules, load_card_rules
from .reading import flag, known_keys, load_toml, optional_day, optional_number, text, word, words
from .rules import RULE_FIELDS, Readings, Rule

_PACK_KEYS = {
    *("id", "name_zh", "name_en", "zone", "calendar", "default_rule", "is_confirmed", "source", "card_rules", "note"),
    "place",
}


@dataclass(frozen=True)
class Pack:
    """The rules of one country or place, with the zone and the calendar that their days are counted in.

    `rules` holds the latest version of each rule, `versions` every version, earliest first.
    """

    id: str
    name_zh: str
    name_en: str
    zone: str
    calendar: str
    default_rule: str
    is_confirmed: bool
    source: str
    note: str
    place: str
    card_rules: CardRules
    versions: Mapping[str, tuple[Rule, ...]]

    @property
    def rules(self) -> dict[str, Rule]:
        """The latest version of each rule, by id."""
        return {name: versions[-1] for name, versions in self.versions.items()}

    def rule(self, rule_id: str, *, on: date | None = None) -> Rule:
        """The version of the rule in force on the day; without a day, the latest.

        Raises  LawError where the pack has no such rule, or no version is in force on that day
        """
        versions = self.versions.get(rule_id)
        if versions is None:
            raise LawError(f"pack {self.id} has no rule {rule_id!r}{_near(rule_id, self.versions)}")
        if on is None:
            return versions[-1]
        for version in versions:
            if version.is_in_force(on):
                return version
        since = versions[0].in_force_from
        raise LawError(f"rule {rule_id}: no version is in force on {on}; the first begins on {since}")

    def table(self, engine: Engine) -> Table:
        """Every version of every rule as a table of shape LIMITS, in order of id and day in force."""
        return engine.from_rows(LIMITS, (_row(rule) for name in sorted(self.versions) for rule in self.versions[name]))


def packs() -> list[str]:
    """The names of the law packs that come with the package."""
    return sorted(folder.name for folder in _folder().iterdir() if folder.joinpath("pack.toml").is_file())


def load_pack(name: str, *, extra: Path | None = None) -> Pack:
    """A law pack by name.

    In      extra: a folder of a county's own files, whose rules are added to the pack as new rules or as later
            versions; a later version ends the packaged one on the day before it begins
    Raises  LawError where there is no such pack, or a file is malformed or contradicts another;
            UnsourcedRuleError where a rule claims to be confirmed but does not name its source
    """
    if name not in packs():
        raise LawError(f"there is no law pack {name!r}; there are {', '.join(packs())}{_near(name, packs())}")
    if extra is None:
        return _packaged(name)
    return _pack(_files(_folder().joinpath(name)), extra=_extra_files(extra))


def read_pack(folder: Path) -> Pack:
    """A law pack from a folder of one's own.

    Raises  as for `load_pack`
    """
    files = _extra_files(folder)
    if "pack.toml" not in files:
        raise LawError(f"{folder}: it has no pack.toml")
    return _pack(files)


def rule(rule_id: str, *, on: date | None = None, extra: Path | None = None) -> Rule:
    """The rule of this id, such as cn.licence_decision, in the version in force on the day; without a day, the latest.

    Raises  LawError where there is none, with the ids that come near
    """
    name = rule_id.partition(".")[0]
    if name not in packs():
        known = [known for pack in packs() for known in load_pack(pack).versions]
        raise LawError(f"there is no rule {rule_id!r}{_near(rule_id, known)}")
    return load_pack(name, extra=extra).rule(rule_id, on=on)


def _near(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    if not near:  # the name without its pack, or the pack forgotten
        tail = name.rpartition(".")[2]
        near = [other for other in known if tail and tail in other][:3]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("packs")


@cache
def _packaged(name: str) -> Pack:
    return _pack(_files(_folder().joinpath(name)))


def _files(folder: Traversable) -> dict[str, dict[str, Any]]:
    listed = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {item.name: tomllib.loads(item.read_text(encoding="utf-8")) for item in listed}


def _extra_files(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.is_dir():
        raise LawError(f"{folder}: there is no such folder of law files")
    return {path.name: load_toml(path, path.name) for path in sorted(folder.glob("*.toml"))}


def _pack(files: Mapping[str, dict[str, Any]], *, extra: Mapping[str, dict[str, Any]] | None = None) -> Pack:
    head = files["pack.toml"]
    where = f"{head.get('id', '(no id)')}/pack.toml"
    known_keys(head, _PACK_KEYS, where)
    for required in ("id", "name_zh", "name_en", "zone", "calendar", "default_rule", "source"):
        if not text(head, required, where):
            raise LawError(f"{where}: it has no {required}")
    name = text(head, "id", where)
    found: dict[str, list[Rule]] = {}
    for file, data in files.items():
        if file != "pack.toml":
            for made in _rules(data, name, f"{name}/{file}"):
                found.setdefault(made.id, []).append(made)
    for file, data in (extra or {}).items():
        for made in _rules(data, name, f"extra/{file}"):
            found[made.id] = [*_ended_before(made, found.get(made.id, [])), made]
    versions = {rule_id: _in_order(rules) for rule_id, rules in sorted(found.items())}
    default_rule = text(head, "default_rule", where)
    if default_rule not in versions:
        raise LawError(f"{where}: default_rule {default_rule} is not among its rules{_near(default_rule, versions)}")
    return Pack(
        id=name,
        name_zh=text(head, "name_zh", where),
        name_en=text(head, "name_en", where),
        zone=text(head, "zone", where),
        calendar=text(head, "calendar", where),
        default_rule=default_rule,
        is_confirmed=flag(head, "is_confirmed", where),
        source=text(head, "source", where),
        note=text(head, "note", where),
        place=text(head, "place", where),
        card_rules=load_card_rules(text(head, "card_rules", where) or "default"),
        versions=versions,
    )


def _ended_before(later: Rule, versions: list[Rule]) -> list[Rule]:
    """The versions that are there; an open one that began earlier ends on the day before the later one begins."""
    begins_on = later.in_force_from
    if begins_on is None:
        return versions
    eve = begins_on - timedelta(days=1)
    return [
        replace(version, in_force_to=eve)
        if version.in_force_to is None and (version.in_force_from or date.min) < begins_on
        else version
        for version in versions
    ]


def _in_order(rules: list[Rule]) -> tuple[Rule, ...]:
    """The versions of one rule, earliest first; refused where two hold on the same day."""
    ordered = sorted(rules, key=lambda version: version.in_force_from or date.min)
    for earlier, later in pairwise(ordered):
        if earlier.in_force_to is None or earlier.in_force_to >= (later.in_force_from or date.min):
            raise LawError(
                f"rule {earlier.id}: two versions hold on {later.in_force_from or earlier.in_force_from}; "
                "end the earlier one with in_force_to on the day before the later one begins"
            )
    return tuple(ordered)


def _rules(data: Mapping[str, Any], pack: str, where: str) -> list[Rule]:
    defaults = data.get("defaults", {})
    if not isinstance(defaults, dict):
        raise LawError(f"{where}: defaults must be a table")
    known_keys(defaults, set(RULE_FIELDS) - {"id"}, f"{where}, defaults")
    made = []
    for name, entry in data.items():
        if name == "defaults":
            continue
        entries = entry if isinstance(entry, list) else [entry]
        for version in entries:
            if not isinstance(version, dict):
                raise LawError(f"{where}: {name} must be a table, one a rule")
            made.append(_rule(f"{pack}.{name}", {**defaults, **version}, f"{where}, {name}"))
    return made


def _rule(rule_id: str, data: Mapping[str, Any], where: str) -> Rule:
    known_keys(data, set(RULE_FIELDS) - {"id"}, where)
    extension_limit = optional_number(data, "extension_limit", where)
    return Rule(
        id=rule_id,
        name_zh=text(data, "name_zh", where),
        name_en=text(data, "name_en", where),
        starts_with=word(data, "starts_with", StartEvent, where),
        limit=optional_number(data, "limit", where),
        unit=word(data, "unit", Unit, where),
        counts_first_day=flag(data, "counts_first_day", where),
        counts_backwards=flag(data, "counts_backwards", where),
        extension_limit=extension_limit,
        extension_unit=word(data, "extension_unit", Unit, where) if "extension_unit" in data else None,
        extension_approver=text(data, "extension_approver", where),
        extension_needs_reasons=flag(data, "extension_needs_reasons", where),
        deemed_outcome=text(data, "deemed_outcome", where) or None,
        deemed_from=data.get("deemed_from", "start"),
        pause_grounds=words(data, "pause_grounds", PauseGround, where),
        pause_notice_required=flag(data, "pause_notice_required", where),
        restarts_on_supplement=flag(data, "restarts_on_supplement", where),
        binds_agency=flag(data, "binds_agency", where, otherwise=True),
        readings=_readings(data.get("readings", {}), where),
        law=text(data, "law", where),
        article=text(data, "article", where),
        quote=text(data, "quote", where),
        source=text(data, "source", where),
        in_force_from=optional_day(data, "in_force_from", where),
        in_force_to=optional_day(data, "in_force_to", where),
        is_confirmed=flag(data, "is_confirmed", where),
        checked_by=text(data, "checked_by", where),
        review_by=optional_day(data, "review_by", where),
        note=text(data, "note", where),
    )


_READING_FIELDS = tuple(item.name for item in fields(Readings))


def _readings(data: Any, where: str) -> Readings:
    if not isinstance(data, dict):
        raise LawError(f"{where}: readings must be a table")
    known_keys(data, _READING_FIELDS, f"{where}, readings")
    try:
        return Readings(**data)
    except LawError as error:
        raise LawError(f"{where}: {error}") from None


def _row(rule: Rule) -> dict[str, Any]:
    row = {name: getattr(rule, name) for name in RULE_FIELDS if name not in ("id", "readings", "pause_grounds")}
    row |= {name: getattr(rule.readings, name) for name in _READING_FIELDS}
    row |= {"law_rule": rule.id, "pack": rule.pack, "rolls_over": rule.rolls_over}
    row |= {"pause_grounds": ",".join(rule.pause_grounds)}
    row |= {"limit_length": rule.limit, "limit_unit": rule.unit, "extension_length": rule.extension_limit}
    return row
