"""What a frame, a draw, a check and a plan say in sentences and tables, in Chinese and English."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..words import has_sentence, label, say
from .frames import Frame
from .planning import Plan
from .record import DrawRecord
from .verifying import Difference


def frame_sentences(frame: Frame, language: str) -> Iterator[str]:
    """What was read, what was set aside and why, on what ground, and the hash to publish before the seed is known."""
    kept = frame.units.count()
    yield say("sampling_frame", language, name=frame.terms.name, rows=f"{frame.rows:,}", kept=f"{kept:,}")
    for reason, count in frame.reasons().items():
        yield say("sampling_set_aside", language, count=f"{count:,}", reason=label(f"sampling_{reason}", language))
    terms = {"ground": frame.terms.legal_ground, "holder": frame.terms.holder, "delete_by": frame.terms.delete_by}
    yield say("sampling_frame_terms", language, **terms)
    yield say("sampling_frame_hash", language, hash=frame.digest)


def draw_sentences(record: DrawRecord, language: str) -> Iterator[str]:
    """Who was drawn from how many, by which seed, who was excluded, what the cap did."""
    told = {"drawn": f"{record.drawn:,}", "population": f"{record.population:,}", "cells": len(record.cells)}
    yield say("sampling_drawn", language, **told, method=label(f"sampling_{record.rules['method']}", language))
    yield say("sampling_seed", language, number=record.seed["number"], seed=record.seed["seed"])
    reasons: dict[str, int] = {}
    for found in record.excluded.values():
        for reason, count in found.items():
            reasons[reason] = reasons.get(reason, 0) + count
    for reason, count in sorted(reasons.items()):
        yield say("sampling_excluded", language, count=f"{count:,}", reason=reason_label(reason, language))
    if record.cap:
        share, moved = f"{record.cap['share']:.1%}", record.cap["moved"]
        yield say("sampling_cap", language, cadres=record.cap["cadres"], share=share, moved=moved)
    if record.reserve_commitments:
        yield say("sampling_reserve", language, reserve=len(record.reserve_commitments))


def cell_table(record: DrawRecord, language: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: stratum, part, eligible, drawn, in reserve, weight."""
    names = ("stratum", "part", "population", "sample_size", "reserve_size", "weight")
    heads = [label(f"sampling_{name}", language) for name in names]
    rows = [
        [
            str(cell["stratum"]),
            label(f"sampling_part_{cell['part']}", language),
            *(f"{cell[name]:,}" for name in ("population", "sample_size", "reserve_size")),
            "–" if cell["weight"] is None else f"{cell['weight']:.2f}",
        ]
        for cell in record.cells
    ]
    return heads, rows


def reason_label(reason: str, language: str) -> str:
    """The printed name of a reason; one that a list brought along is printed as it stands."""
    named = label(f"sampling_{reason}", language)
    return reason if named == f"sampling_{reason}" else named


def difference_sentence(difference: Difference | None, language: str) -> str:
    """What a check of a record found."""
    if difference is None:
        return say("sampling_verified", language)
    facts = {"where": difference.where, "recorded": difference.recorded, "repeated": difference.repeated}
    code = f"sampling_differs_{difference.part}"
    part = label(f"sampling_of_{difference.part}", language)
    return say(code, language, **facts) if has_sentence(code) else say("sampling_differs", language, part=part, **facts)


def plan_sentences(plan: Plan, language: str) -> Iterator[str]:
    """What the sample will and will not be able to tell apart, in sentences for those who decide on it."""
    asked = plan.question
    yield say(
        "sampling_plan_ballots",
        language,
        sample=f"{asked.sample_size:,}",
        population=f"{asked.population:,}",
        ballots=f"{plan.ballots:,.0f}",
        agencies=asked.agencies,
        per_ballot=asked.per_ballot,
        ratings=f"{plan.ratings:,.0f}",
    )
    if math.isnan(plan.standard_error):
        yield say("sampling_plan_nothing", language)
        return
    power = f"{asked.power:.0%}"
    yield say("sampling_plan_error", language, error=_points(plan.standard_error))
    if asked.agencies > 1:
        yield say("sampling_plan_pair", language, difference=_points(plan.difference), power=power)
        yield say("sampling_plan_any", language, difference=_points(plan.difference_any), power=power)
    yield say("sampling_plan_rounds", language, difference=_points(plan.difference_rounds), power=power)
    if plan.pairs_apart is not None and plan.clearly_upper is not None and plan.clearly_lower is not None:
        apart = {
            "pairs": f"{plan.pairs_apart:.0%}",
            "upper": f"{plan.clearly_upper:.1f}",
            "lower": f"{plan.clearly_lower:.1f}",
        }
        yield say(
            "sampling_plan_apart",
            language,
            spread=_points(asked.agency_spread or 0.0),
            agencies=asked.agencies,
            **apart,
        )
    if asked.wanted_difference is not None:
        wanted = _points(asked.wanted_difference)
        for code, needed in (("pair", plan.needed), ("any", plan.needed_any)):
            if needed is None:
                yield say(f"sampling_plan_needed_{code}_none", language, wanted=wanted)
            else:
                yield say(f"sampling_plan_needed_{code}", language, wanted=wanted, needed=f"{needed:,}")
    for name, size in sorted(plan.small_bodies.items()):
        yield say("sampling_plan_small", language, name=name, size=size)


def plan_table(plan: Plan, language: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: what is asked, and the figure."""
    figures: list[tuple[str, Any]] = [
        ("ballots", f"{plan.ballots:,.0f}"),
        ("ratings", f"{plan.ratings:,.0f}"),
        ("shared", f"{plan.shared:.1%}"),
        ("standard_error", _points(plan.standard_error)),
        ("difference", _points(plan.difference)),
        ("difference_any", _points(plan.difference_any)),
        ("difference_rounds", _points(plan.difference_rounds)),
        ("needed", f"{plan.needed:,}" if plan.needed is not None else None),
        ("needed_any", f"{plan.needed_any:,}" if plan.needed_any is not None else None),
    ]
    rows = [[label(f"sampling_{name}", language), value] for name, value in figures if value is not None]
    for name, error in sorted(plan.body_errors.items()):
        rows.append([label("sampling_body_error", language) + f": {name}", _points(error)])
    return [label("sampling_quantity", language), label("sampling_figure", language)], rows


def _points(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
