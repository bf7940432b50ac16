"""Rolls and cases become frames, and frames draws, in a process of their own: the roll is read and forgotten.

`source` says where a frame comes from: {"path": file, "columns": our column -> its heading} or {"cases_from", "cases_to"}.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.sampling import Frame


def frame_sizes(source: dict[str, Any], terms: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    """How many of a frame may be drawn in each stratum and how many would be, and the hash that is published of it."""
    from xiaoneng.core.sampling import rules_from_dict, size_cells

    with _frame(source, terms) as (engine, frame):
        by_rules = rules_from_dict(rules)
        sized = size_cells(engine, frame, by_rules)
        strata: dict[str, dict[str, int]] = {}
        for cell in sized.cells.rows():
            one = strata.setdefault(cell["stratum"], {"eligible": 0, "invited": 0})
            one["eligible"] += cell["population"]
            one["invited"] += cell["sample_size"]
        return {
            "strata": strata,
            "excluded": sized.excluded_by_stratum,
            "frame": {**_plain(terms), "hash": frame.digest, "rows": frame.rows, "set_aside": frame.reasons()},
        }


def draw_from(
    source: dict[str, Any], terms: dict[str, Any], rules: dict[str, Any], seed: dict[str, Any]
) -> dict[str, Any]:
    """The public record of a draw, and the drawn persons; nothing else of the frame comes back."""
    from xiaoneng.core.sampling import Seed, draw, rules_from_dict

    with _frame(source, terms) as (engine, frame):
        days = {
            name: date.fromisoformat(seed[name]) if seed.get(name) else None for name in ("announced_on", "number_on")
        }
        drawn = draw(
            engine,
            frame,
            rules=rules_from_dict(rules),
            seed=Seed(seed["text"], seed["number"], **days),
            random_bytes=secrets.token_bytes,
        )
        columns = ["stratum", "person_key", "name", "contact", "agency", "check_code", "is_reserve"]
        return {"record": drawn.record.to_dict(), "drawn": drawn.drawn.arrow(columns=columns).to_pylist()}


def expected(
    strata: list[dict[str, Any]],
    appraisees: int,
    per_ballot: int | None,
    response: float,
    bodies: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What a sample can tell apart, as sentences in both languages and plain values; spreads as on a scale of five levels."""
    from xiaoneng.core.sampling import PlanQuestion, Stratum, plan, plan_sentences

    usual_spread, shared_by_rater = 20.0, 0.3  # points; what five levels of 20 points mostly give
    question = PlanQuestion(
        strata=tuple(
            Stratum(row["code"], int(row["eligible"]), usual_spread, bool(row.get("is_cadre"))) for row in strata
        ),
        sample_size=sum(int(row["invited"] or row["eligible"]) for row in strata),
        agencies=max(appraisees, 1),
        per_ballot=min(per_ballot or appraisees, appraisees) or 1,
        response=response,
        method="proportional",
        rater_correlation=shared_by_rater,
        bodies=dict(bodies or {}),
    )
    found = plan(question)
    return {"plan": found.to_dict(), **{to: list(plan_sentences(found, to)) for to in ("zh", "en")}}


@contextmanager
def _frame(source: dict[str, Any], terms: dict[str, Any]) -> Iterator[tuple[Engine, Frame]]:
    from xiaoneng.core.engine import Engine
    from xiaoneng.core.sampling import FrameTerms, frame_from_cases, read_frame

    by_terms = FrameTerms(
        name=terms["name"],
        legal_ground=terms["legal_ground"],
        holder=terms["holder"],
        made_on=date.fromisoformat(terms["made_on"]),
        delete_by=date.fromisoformat(terms["delete_by"]),
    )
    with Engine() as engine:
        if "path" in source:
            yield engine, read_frame(engine, Path(source["path"]), columns=source["columns"], terms=by_terms)
            return
        from .county import county_tables

        period = {
            "first_on": date.fromisoformat(source["cases_from"]),
            "last_on": date.fromisoformat(source["cases_to"]),
        }
        cases = county_tables(engine).cases
        yield engine, frame_from_cases(engine, cases, **period, stratum="applicant_kind", terms=by_terms)


def _plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) for name, value in terms.items()}
