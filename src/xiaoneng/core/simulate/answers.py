"""The answer key: what was planted, in which agencies and cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from .county import INSTANT
from .days import Ints
from .draw import Cases, Setting
from .faults import Planted
from .lists import KNOT_LEVEL, Lists
from .roles import PLANTS
from .staff import Staff
from .steps import CONSULT, DECISION, MEETING, REVIEW, SIGNATURE, STEPS
from .write import Records

_STEP_OF = {
    "slow_office": REVIEW,
    "slow_step": DECISION,
    "hidden_step": MEETING,
    "ping_pong": CONSULT,
    "signature_wait": SIGNATURE,
}


def answers(
    setting: Setting,
    cases: Cases,
    planted: Planted,
    made: Records,
    beside: Lists,
    *,
    settings: dict[str, Any],
    rows: dict[str, int],
) -> dict[str, Any]:
    """What answer_key.json says: counts by agency, and every fault with its agencies and cases."""
    due = np.floor(cases.accepted) + cases.promised
    claimed_late = np.floor(cases.concluded) > due
    plain = (cases.pause_from < 0) & ~cases.has_fake_pause & ~cases.missed_notice
    plain[planted.accepted_after_concluded] = False
    judged = plain & made.is_ended
    by_agency = []
    for number, (code, name) in enumerate(zip(setting.county.agency_codes, setting.county.agency_names, strict=True)):
        mine = cases.agency == number
        by_agency.append(
            {
                "agency": code,
                "agency_name": name,
                "cases": int(mine.sum()),
                "ended": int((mine & made.is_ended).sum()),
                "ended_without_pause": int((mine & judged).sum()),
                "late_promised_without_pause": int((mine & judged & claimed_late).sum()),
            }
        )
    return {
        "about": "An invented county with planted faults. 虚构县域数据，内含预先埋设的问题，仅供演示和检验。",
        "settings": settings,
        "as_of": settings["end_on"],
        "rows": rows,
        "ended": int(made.is_ended.sum()),
        "open": int((~made.is_ended).sum()),
        "by_agency": by_agency,
        "faults": [
            _fault(name, setting, cases, planted, made, beside) for name in PLANTS if name in setting.roles.planted
        ],
    }


def _fault(name: str, setting: Setting, cases: Cases, planted: Planted, made: Records, beside: Lists) -> dict[str, Any]:
    """One entry of the answer key: the agencies that carry the fault and the cases in which it lies."""
    county = setting.county
    numbers = setting.roles.of(name)
    answer: dict[str, Any] = {
        "fault": name,
        "agencies": [{"agency": county.agency_codes[n], "agency_name": county.agency_names[n]} for n in numbers],
    }
    if name == "missing_months":
        for entry, number in zip(answer["agencies"], numbers, strict=True):
            entry["months"] = setting.missing_months[number]
    answer |= _whereabouts(name, setting, beside)
    if name == "ids_collide":
        answer["case_nos"] = [made.case_nos[one] for one, _ in planted.collided]
        return answer
    answer["case_nos"] = [made.case_nos[place] for place in _places(name, setting, cases, planted, made).tolist()]
    return answer


def _whereabouts(name: str, setting: Setting, beside: Lists) -> dict[str, Any]:
    """The step, office, account, items or other agency of a blockage."""
    county, roles = setting.county, setting.roles
    if name not in _STEP_OF and name != "directive_knot":
        return {}
    (agency,) = roles.of(name)
    staff = Staff.of(county)
    if name == "slow_office":
        return {"step": STEPS[REVIEW], "office": county.offices[agency][0]}
    if name == "slow_step":
        return {"step": STEPS[DECISION], "office": staff.window(agency)}
    if name == "hidden_step":
        items = [
            {"service_item": county.item_codes[item], "service_item_name": county.item_names[item]}
            for item in roles.hidden_items
        ]
        return {"step": STEPS[MEETING], "items": items}
    if name == "ping_pong":
        other = {"agency": county.agency_codes[roles.partner], "agency_name": county.agency_names[roles.partner]}
        return {"step": STEPS[CONSULT], "other_agency": other}
    if name == "signature_wait":
        return {"step": STEPS[SIGNATURE], "handler": staff.leader(agency)}
    return {"level_no": KNOT_LEVEL, "directives": beside.knotted}


def _places(name: str, setting: Setting, cases: Cases, planted: Planted, made: Records) -> Ints:
    """Places of the cases in which the fault lies; of a blockage, those whose step had begun by the last evening."""
    mine = np.isin(cases.agency, setting.roles.of(name))
    late = made.is_ended & (np.floor(cases.concluded) > np.floor(cases.accepted) + cases.promised)
    slow = mine & (cases.kind != INSTANT)
    if name == "slow_office":
        slow &= setting.county.item_office[cases.item] == 0
    if name == "ping_pong":
        return np.flatnonzero(mine & (made.begun.sendings >= 2))
    if name in _STEP_OF:
        return np.flatnonzero(slow & made.begun.steps[:, _STEP_OF[name]])
    marks = {
        "lateness_rising": mine & late,
        "lateness_falling": mine & late,
        "lateness_steady": mine & late,
        "pauses_without_ground": cases.has_fake_pause,
        "stalling_to_the_limit": cases.is_stalled & made.is_ended,
        "backdated_conclusions": cases.is_backdated,
        "missed_correction_notice": cases.missed_notice,
        "outside_firms_wait": cases.waits_as_outsider,
        "refusals_without_reasons": mine & cases.is_refused & made.is_ended,
        "never_ended": cases.is_never_ended & made.is_accepted,
    }
    if name in marks:
        return np.flatnonzero(marks[name])
    if name == "accepted_after_concluded":
        return planted.accepted_after_concluded
    if name == "pauses_without_notice":
        return planted.unnoticed[made.is_accepted[planted.unnoticed]]
    if name == "supplements_after_acceptance":
        return planted.supplemented
    if name == "records_sent_again":
        return planted.resent[made.is_ended[planted.resent]]
    return np.zeros(0, np.int64)  # the fault lies on the whole agency
