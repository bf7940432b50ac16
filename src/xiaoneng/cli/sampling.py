"""`xiaoneng draw` and `xiaoneng plan`: the roll holder's tool, and what a sample will be able to tell apart."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .reading import Day
from .speaking import Talk, drawn, hint, spoken

if TYPE_CHECKING:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.sampling import Conflict, DrawRules, Frame, PlanQuestion, Seed

_FILE = click.Path(path_type=Path, dir_okay=False)
_KEPT = timedelta(days=180)  # where no day is named; the record says which day holds
_COLUMNS = ("key", "strata", "agency", "own_agency", "cadre", "head", "name", "contact", "ineligible")
_OURS = {
    "key": "person_key",
    "strata": "stratum",
    "cadre": "is_cadre",
    "head": "is_head",
    "ineligible": "is_ineligible",
}


@click.command("draw", help=hint("draw"))
@click.argument("frame", metavar="FRAME", type=_FILE)
@click.option("--key", metavar="COL", help=hint("draw_key"))
@click.option("--strata", metavar="COL", help=hint("draw_strata"))
@click.option("--agency", metavar="COL", help=hint("draw_agency"))
@click.option("--own-agency", metavar="COL", help=hint("draw_own_agency"))
@click.option("--cadre", metavar="COL", help=hint("draw_cadre"))
@click.option("--head", metavar="COL", help=hint("draw_head"))
@click.option("--name", metavar="COL", help=hint("draw_name"))
@click.option("--contact", metavar="COL", help=hint("draw_contact"))
@click.option("--ineligible", metavar="COL", help=hint("draw_ineligible"))
@click.option("--ground", metavar="TEXT", help=hint("draw_ground"))
@click.option("--holder", metavar="TEXT", help=hint("draw_holder"))
@click.option("--frame-name", metavar="TEXT", help=hint("draw_frame_name"))
@click.option("--made-on", type=Day(), metavar="DATE", help=hint("draw_made_on"))
@click.option("--delete-by", type=Day(), metavar="DATE", help=hint("draw_delete_by"))
@click.option("--salt-file", type=_FILE, metavar="FILE", help=hint("draw_salt_file"))
@click.option("--rule", "rule_file", type=_FILE, metavar="RULES.toml", help=hint("draw_rule"))
@click.option("--allocate", type=click.Choice(("neyman", "proportional", "equal")), help=hint("draw_allocate"))
@click.option("--sample-size", type=int, metavar="N", help=hint("draw_sample_size"))
@click.option("--spread", "spreads", multiple=True, metavar="STRATUM=SD", help=hint("draw_spread"))
@click.option("--cadre-cap", type=float, metavar="SHARE", help=hint("draw_cadre_cap"))
@click.option("--cadre-cap-stratum", type=float, metavar="SHARE", help=hint("draw_cadre_cap_stratum"))
@click.option("--reserve", type=int, metavar="N", help=hint("draw_reserve"))
@click.option("--exclude", type=_FILE, metavar="FILE", help=hint("draw_exclude"))
@click.option("--seed-text", metavar="TEXT", help=hint("draw_seed_text"))
@click.option("--seed-number", metavar="NUMBER", help=hint("draw_seed_number"))
@click.option("--announced-on", type=Day(), metavar="DATE", help=hint("draw_announced_on"))
@click.option("--number-on", type=Day(), metavar="DATE", help=hint("draw_number_on"))
@click.option("--expect-hash", metavar="HEX", help=hint("draw_expect_hash"))
@click.option("--frame-hash", is_flag=True, help=hint("draw_frame_hash"))
@click.option("--verify", type=_FILE, metavar="record.json", help=hint("draw_verify"))
@click.option("--drawn", "drawn_file", type=_FILE, metavar="drawn.csv", help=hint("draw_drawn"))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=hint("draw_out"))
@spoken
@click.pass_obj
def draw_command(talk: Talk, /, frame: Path, **given: Any) -> int:
    from xiaoneng.core.engine import Engine

    _ask_for(talk, given, "key", "strata")
    with Engine(zone="Asia/Shanghai") as engine:
        if given["verify"] is not None:
            return _verify(talk, engine, frame, given)
        _ask_for(talk, given, "ground")
        if not given["frame_hash"]:
            _ask_for(talk, given, "seed_text", "seed_number", "out")
            if given["rule_file"] is None:
                _ask_for(talk, given, "sample_size")
        held = _frame(engine, frame, given)
        expected = given["expect_hash"]
        if expected and expected.strip().lower() != held.digest:
            raise click.UsageError(talk.say("sampling_frame_changed", found=held.digest, expected=expected))
        if given["frame_hash"]:
            _tell_frame(talk, held)
            return 0
        _draw(talk, engine, held, given)
    return 0


def _draw(talk: Talk, engine: Engine, held: Frame, given: dict[str, Any]) -> None:
    from xiaoneng.core.sampling import cell_table, draw, draw_sentences, frame_sentences

    out: Path = given["out"]
    files = out / "drawn.csv", out / "record.json"
    if any(file.exists() for file in files):
        raise click.UsageError(talk.say("sampling_out_taken", path=out))
    rules, seed = _rules(talk, given), _seed(given)
    conflicts = _conflicts(engine, given["exclude"])
    made = draw(engine, held, rules=rules, seed=seed, conflicts=conflicts, random_bytes=secrets.token_bytes)
    out.mkdir(parents=True, exist_ok=True)
    made.drawn.write_csv(files[0])
    files[1].write_text(made.record.to_json(), encoding="utf-8", newline="\n")

    def lines() -> Iterator[str]:
        yield from frame_sentences(held, talk.language)
        yield from draw_sentences(made.record, talk.language)
        heads, rows = cell_table(made.record, talk.language)
        yield from drawn(heads, rows, right=[2, 3, 4, 5])
        yield talk.say("sampling_written", drawn=files[0], record=files[1])
        yield talk.say("sampling_record_hash", hash=made.record.digest)

    told = {"record": made.record.to_dict(), "record_hash": made.record.digest, "files": [str(file) for file in files]}
    talk.answer(told, lines)


def _verify(talk: Talk, engine: Engine, path: Path, given: dict[str, Any]) -> int:
    """Exit code 1 where the draw made again differs."""
    from dataclasses import asdict

    from xiaoneng.core.sampling import difference_sentence, read_drawn, read_record, verify_draw

    record = read_record(given["verify"].read_text(encoding="utf-8"), where=given["verify"].name)
    held = _frame(engine, path, _terms_of(record.frame) | {name: value for name, value in given.items() if value})
    listed = None if given["drawn_file"] is None else read_drawn(engine, given["drawn_file"])
    found = verify_draw(engine, held, record, conflicts=_conflicts(engine, given["exclude"]), drawn=listed)

    def lines() -> Iterator[str]:
        yield difference_sentence(found, talk.language)
        if listed is None and found is None:
            yield talk.say("sampling_verified_without_list")

    talk.answer({"agrees": found is None, "difference": asdict(found) if found else None}, lines)
    return 0 if found is None else 1


def _tell_frame(talk: Talk, held: Frame) -> None:
    from xiaoneng.core.sampling import frame_sentences

    told = {"rows": held.rows, "units": held.units.count(), "set_aside": held.reasons(), "frame_hash": held.digest}
    talk.answer(told, lambda: frame_sentences(held, talk.language))


def _frame(engine: Engine, path: Path, given: dict[str, Any]) -> Frame:
    from xiaoneng.core.sampling import FrameTerms, read_frame

    # Without a day the roll is as old as its file
    made_on = given["made_on"] or datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date()
    salt = given["salt_file"].read_text(encoding="utf-8").strip() if given.get("salt_file") else ""
    terms = FrameTerms(
        name=given["frame_name"] or path.stem,
        legal_ground=given["ground"],
        holder=given["holder"] or hint("draw_holder_unnamed"),
        made_on=made_on,
        delete_by=given["delete_by"] or made_on + _KEPT,
        salt=salt,
    )
    columns = {_OURS.get(name, name): given[name] for name in _COLUMNS if given.get(name)}
    return read_frame(engine, path, columns=columns, terms=terms)


def _terms_of(frame: dict[str, Any]) -> dict[str, Any]:
    """What a record says of its frame, as the options would give it."""
    return {
        "frame_name": frame["name"],
        "ground": frame["legal_ground"],
        "holder": frame["holder"],
        "made_on": date.fromisoformat(frame["made_on"]),
        "delete_by": date.fromisoformat(frame["delete_by"]),
    }


def _rules(talk: Talk, given: dict[str, Any]) -> DrawRules:
    from xiaoneng.core.sampling import read_rules, rules_from_dict

    named = ("allocate", "sample_size", "spreads", "cadre_cap", "cadre_cap_stratum", "reserve")
    if given["rule_file"] is not None:
        if doubled := [_option(name) for name in named if given[name] not in (None, ())]:
            raise click.UsageError(
                talk.say("sampling_rule_twice", file=given["rule_file"].name, options=" ".join(doubled))
            )
        return read_rules(given["rule_file"])
    spreads = dict(_pair(talk, text, "sampling_bad_spread") for text in given["spreads"])
    cap = {"overall": given["cadre_cap"], "per_stratum": given["cadre_cap_stratum"]}
    rules: dict[str, Any] = {"sample_size": given["sample_size"], "spreads": spreads, "reserve": given["reserve"] or 0}
    rules |= {"method": given["allocate"]} if given["allocate"] else {}
    rules |= {"cadre_cap": cap} if any(share is not None for share in cap.values()) else {}
    return rules_from_dict(rules)


def _seed(given: dict[str, Any]) -> Seed:
    from xiaoneng.core.sampling import Seed

    return Seed(given["seed_text"], given["seed_number"], given["announced_on"], given["number_on"])


def _conflicts(engine: Engine, path: Path | None) -> tuple[Conflict, ...]:
    from xiaoneng.core.sampling import read_conflicts

    return () if path is None else read_conflicts(engine, path)


def _ask_for(talk: Talk, given: dict[str, Any], *names: str) -> None:
    """Refuse where options are missing; with --frame-hash or --verify fewer are needed, so that click cannot ask."""
    if lacking := [_option(name) for name in names if given[name] in (None, "")]:
        raise click.UsageError(talk.say("sampling_options_missing", options=" ".join(lacking)))


def _option(name: str) -> str:
    return "--" + {"spreads": "spread"}.get(name, name).replace("_", "-")


def _pair(talk: Talk, text: str, refusal: str) -> tuple[str, float]:
    name, sign, number = text.rpartition("=")
    try:
        value = float(number)
    except ValueError:
        sign = ""
        value = 0.0
    if not sign or not name.strip():
        raise click.UsageError(talk.say(refusal, text=text))
    return name.strip(), value


@click.command("plan", help=hint("plan"))
@click.option("--stratum", "strata", multiple=True, metavar="NAME=N[:SD]", help=hint("plan_stratum"))
@click.option("--population", type=int, metavar="N", help=hint("plan_population"))
@click.option("--sd", type=float, metavar="POINTS", help=hint("plan_spread"))
@click.option("--share", type=float, metavar="SHARE", help=hint("plan_share"))
@click.option("--sample-size", type=int, required=True, metavar="N", help=hint("plan_sample_size"))
@click.option("--agencies", type=int, default=1, metavar="N", help=hint("plan_agencies"))
@click.option("--per-ballot", type=int, metavar="N", help=hint("plan_per_ballot"))
@click.option("--allocate", type=click.Choice(("neyman", "proportional", "equal")), help=hint("draw_allocate"))
@click.option("--response", type=float, default=1.0, metavar="SHARE", help=hint("plan_response"))
@click.option("--deff", type=float, default=1.0, metavar="NUMBER", help=hint("plan_deff"))
@click.option("--rater-correlation", type=float, default=0.0, metavar="R", help=hint("plan_rater_correlation"))
@click.option("--round-overlap", type=float, default=0.0, metavar="SHARE", help=hint("plan_round_overlap"))
@click.option("--round-correlation", type=float, default=0.0, metavar="R", help=hint("plan_round_correlation"))
@click.option("--agency-spread", type=float, metavar="POINTS", help=hint("plan_agency_spread"))
@click.option("--wanted", type=float, metavar="POINTS", help=hint("plan_wanted"))
@click.option("--body", "bodies", multiple=True, metavar="NAME=N", help=hint("plan_body"))
@click.option("--seed", type=int, default=1, metavar="N", help=hint("plan_seed"))
@spoken
@click.pass_obj
def plan_command(talk: Talk, /, seed: int, **given: Any) -> None:
    from xiaoneng.core.sampling import plan, plan_sentences, plan_table

    if not given["strata"]:
        _ask_for(talk, given, "population")
    made = plan(_question(talk, given), seed=seed)

    def lines() -> Iterator[str]:
        yield from plan_sentences(made, talk.language)
        yield from drawn(*plan_table(made, talk.language), right=[1])

    talk.answer(made.to_dict(), lines)


def _question(talk: Talk, given: dict[str, Any]) -> PlanQuestion:
    from xiaoneng.core.sampling import PlanQuestion, Stratum, spread_of_share

    otherwise = given["sd"] if given["share"] is None else spread_of_share(given["share"])
    strata = []
    for text in given["strata"] or (f"all={given['population']}",):
        held, _, spread = text.partition(":")
        name, size = _pair(talk, held, "sampling_bad_stratum")
        own = _pair(talk, f"{name}={spread}", "sampling_bad_stratum")[1] if spread else otherwise
        strata.append(Stratum(name, int(size), own))
    return PlanQuestion(
        strata=tuple(strata),
        sample_size=given["sample_size"],
        agencies=given["agencies"],
        per_ballot=given["per_ballot"] or given["agencies"],
        response=given["response"],
        method=given["allocate"] or "neyman",
        design_effect=given["deff"],
        rater_correlation=given["rater_correlation"],
        round_overlap=given["round_overlap"],
        round_correlation=given["round_correlation"],
        agency_spread=given["agency_spread"],
        wanted_difference=given["wanted"],
        bodies={
            name: int(size) for name, size in (_pair(talk, text, "sampling_bad_stratum") for text in given["bodies"])
        },
    )
