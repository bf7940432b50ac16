"""The ways that cases take: of each as one text, in which a step or a hand-over can be looked for, and how often each is taken."""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASE_PATHS, CASES, STEPS
from .slices import stage_by_case


def case_paths(engine: Engine, *, cases: Table, steps: Table) -> Table:
    """Each case's way by steps, by offices and by agencies.

    In      cases CASES, steps STEPS
    Out     CASE_PATHS, one row a case that has steps, ordered by case
    Empty   a step, office or agency without a name is an empty name
    """
    CASES.check(cases)
    STEPS.check(steps)
    return stage_by_case(engine, "flow/case_paths", sliced={"steps": steps, "cases": cases}, out=CASE_PATHS)


def variant_traces(engine: Engine, *, cases: Table, steps: Table) -> Table:
    """The variants (路径变体): every sequence of steps that a case took, of all agencies together and of each.

    In      cases CASES, steps STEPS
    Out     is_whole (all agencies together), agency, variant_no from 1, cases, share and coverage 0 to 1, trace: names in order;
            the most frequent of a scope first
    Empty   a step without a name is an empty name; a case that has no steps takes no way
    Source  docs/methods/flow.md, "What follows what"
    """
    CASES.check(cases)
    STEPS.check(steps)
    names = engine.stage("flow/variant_names", steps=steps)
    counted = stage_by_case(engine, "flow/variant_counts", sliced={"steps": steps, "cases": cases}, variant_names=names)
    try:
        return engine.stage("flow/variant_traces", variant_counts=counted, variant_names=names)
    finally:
        for table in (names, counted):
            table.drop()
