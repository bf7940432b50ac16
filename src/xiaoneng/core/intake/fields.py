"""The fields that a column of a file can fill, by kind of record."""

from __future__ import annotations

CASE_FIELDS: tuple[str, ...] = (
    *("case_no", "case_key", "agency", "agency_name", "service_item", "service_item_name", "case_kind", "channel"),
    *("applicant_kind", "law_rule", "received_at", "accepted_at", "concluded_at", "supplement_notified_on", "outcome"),
    *("has_reasons", "has_fee_basis", "promised_limit", "promised_unit", "statutory_limit", "statutory_unit"),
    *("promised_due_on", "deadline_at", "recorded_at", "status", "version"),
)
STEP_FIELDS: tuple[str, ...] = (
    *("case_no", "case_key", "agency", "office", "handler", "name", "happened_at", "started_at", "ended_at"),
    *("limit_length", "limit_unit", "due_on", "step_result", "lifecycle", "recorded_at", "version", "row_key"),
)
PAUSE_FIELDS: tuple[str, ...] = (
    *("case_no", "case_key", "agency", "ground", "ground_text", "started_at", "ended_at", "has_written_notice"),
    *("notice_no", "recorded_at", "version", "row_key"),
)
EXTENSION_FIELDS: tuple[str, ...] = (
    *("case_no", "case_key", "agency", "length", "unit", "approved_at", "approved_by", "has_reasons"),
    *("recorded_at", "version", "row_key"),
)
RATING_FIELDS: tuple[str, ...] = (
    *("case_no", "case_key", "agency", "agency_name", "service_item", "level", "is_default", "is_valid", "channel"),
    *("is_by_staff", "is_named", "remark", "rated_at", "recorded_at", "version", "row_key"),
)
ITEM_FIELDS: tuple[str, ...] = (
    *("service_item", "service_item_name", "catalog_code", "agency", "agency_name", "item_kind", "case_kind"),
    *("promised_limit", "promised_unit", "statutory_limit", "statutory_unit", "law_rule"),
    *("in_force_from", "in_force_to", "version"),
)
DECISION_FIELDS: tuple[str, ...] = (
    *("decision_no", "title", "agency", "agency_name", "decided_on", "published_on", "fine_10k_yuan"),
    *("basis", "class_text"),
)

FIELDS: dict[str, tuple[str, ...]] = {
    "events": STEP_FIELDS,
    "cases": CASE_FIELDS,
    "steps": STEP_FIELDS,
    "results": CASE_FIELDS,
    "pauses": PAUSE_FIELDS,
    "extensions": EXTENSION_FIELDS,
    "ratings": RATING_FIELDS,
    "items": ITEM_FIELDS,
    "licences": DECISION_FIELDS,
    "penalties": DECISION_FIELDS,
    "left_out": (),  # known, and of no use here: materials, photographs
}
"""Kind of record -> its fields. An event log has case fields beside them."""

TIME_FIELDS = frozenset(
    (
        *("received_at", "accepted_at", "concluded_at", "supplement_notified_on", "promised_due_on", "deadline_at"),
        *("recorded_at", "happened_at", "started_at", "ended_at", "due_on", "approved_at", "rated_at"),
        *("in_force_from", "in_force_to", "decided_on", "published_on"),
    )
)


def fields_of(record: str) -> tuple[str, ...]:
    """The fields that a column may fill in a file of this kind of record."""
    more = CASE_FIELDS if record == "events" else ()
    return tuple(dict.fromkeys((*FIELDS[record], *more)))
