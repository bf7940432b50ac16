"""The sentences at the head of the pages on the time: the answer first, in plain words, from the same rows as the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoneng.core import words
from xiaoneng.web.cases.models import FlowFinding
from xiaoneng.web.shell.formats import joined, number, share, words_language

from .asking import Scope, agency_name
from .pictures import cause_labels
from .queries import Row, Ways
from .showing import days, unnamed

# In the order in which they are told
DEPARTURES = ("extra_step", "missing_step", "order_break", "repeated_step", "repeated_paper")


def _within(label: str) -> str:
    """A label as it stands within a sentence; Chinese has no capitals."""
    return label[:1].lower() + label[1:]


def summary_sentence(confirmed: Sequence[FlowFinding], spent: float, waited: float, cases: int) -> str:
    """What the leader reads first: the gravest of the confirmed findings, or, where there are none, where the days go anyway.

    What the findings would save is not summed up: two of them may be about the same days.
    """
    if confirmed:
        first = confirmed[0]
        told = ngettext(
            "%(n)d place is slow beyond chance.", "%(n)d places are slow beyond chance.", len(confirmed)
        ) % {"n": len(confirmed)}
        facts = {
            "agency": first.agency_name,
            "kind": _within(words.label(first.kind, words_language())),
            "saved": days(first.saved_workdays),
            "cost": days(first.cost_workdays),
        }
        if first.saved_workdays is None:
            return joined(told, _("The gravest: %(agency)s, %(kind)s, %(cost)s working days.") % facts)
        return joined(
            told,
            _("The gravest: %(agency)s, %(kind)s; %(saved)s working days could be saved.") % facts,
        )
    if not cases:
        return _("No case with steps is on record here, so nothing can be said about its time.")
    facts = {"spent": days(spent), "cases": number(cases), "part": share(waited / spent if spent else None, 0)}
    return (
        _(
            "No place stands out beyond chance. %(cases)s cases took %(spent)s working days; %(part)s of them went by waiting."
        )
        % facts
    )


def map_sentence(edges: Sequence[Row]) -> str:
    """The move on which most days are waited, and how many there are."""
    waited = [one for one in edges if one["waited_workdays"]]
    if not edges:
        return _("No case here passes from one step to another.")
    if not waited:
        return _("Nothing is waited for between the recorded steps.")
    worst = max(waited, key=lambda one: one["waited_workdays"])
    total = sum(one["waited_workdays"] for one in waited)
    return _(
        "Most is waited from %(from)s to %(to)s: %(part)s of all days waited, half of the cases longer than %(median)s."
    ) % {
        "from": unnamed(worst["from_name"]),
        "to": unnamed(worst["to_name"]),
        "part": share(worst["waited_workdays"] / total, 0),
        "median": workdays_text(worst["waited_workdays_median"]),
    }


def workdays_text(value: float | None) -> str:
    """2.5 working days."""
    if value is None:
        return _("an unknown time")
    return ngettext("%(days)s working day", "%(days)s working days", 1 if value == 1 else 2) % {"days": days(value)}


def steps_sentence(rows: Sequence[Row], kind: str) -> str:
    """Which step, move or hand-over costs most, or which cannot be told apart; rows the costliest first, `name` as printed."""
    if not rows:
        nothing = {
            "step": _("No step is on record here."),
            "move": _("No case here passes from one step to another."),
            "handover": _("No case here changes hands between offices."),
        }
        return nothing[kind]
    first = [one for one in rows if one["rank_low"] == 1]
    if len(first) > 1:
        names = _(", ").join(one["name"] for one in first[:3])
        return ngettext(
            "%(names)s: the data cannot tell which of them costs most.",
            "%(names)s: the data cannot tell which of these %(n)d costs most.",
            len(first),
        ) % {"names": names, "n": len(first)}
    return _("%(step)s costs most: %(days)s, %(part)s of all.") % {
        "step": rows[0]["name"],
        "days": workdays_text(rows[0]["cost_workdays"]),
        "part": share(rows[0]["share"], 0),
    }


def causes_title(name: str) -> str:
    """What the bars of a group show."""
    titles = {
        "agency": _("Working days a wait, by agency and cause"),
        "item": _("Working days a wait, by service item and cause"),
        "step": _("Working days a wait, by step and cause"),
    }
    return titles[name]


def causes_sentence(whole: Row | None, parts: Sequence[tuple[str, float]]) -> str:
    """The greatest of the causes that the records tell, and what nothing accounts for (the last of the parts)."""
    if whole is None or not whole["waited_workdays"]:
        return _("Nothing was waited for here.")
    label, part = max(parts[:-1], key=lambda one: one[1])
    facts = {
        "days": workdays_text(whole["waited_workdays"]),
        "part": share(part / whole["waited_workdays"], 0),
        "cause": label,
        "rest": share(parts[-1][1] / whole["waited_workdays"], 0),
    }
    if not part:
        return _("%(days)s were waited; nothing in the records accounts for it.") % facts
    return _("%(days)s were waited. Most, %(part)s: %(cause)s; %(rest)s is not accounted for in the records.") % facts


def ways_sentence(ways: Ways) -> str:
    """How many ways there are, and how far the most frequent few reach."""
    if not ways.cases:
        return _("No case with steps is on record here.")
    if ways.ways == 1:
        return _("Every one of the %(cases)s cases took the same way.") % {"cases": number(ways.cases)}
    few = next((n for n, one in enumerate(ways.shown, start=1) if one.coverage >= 0.8), None)
    facts = {"cases": number(ways.cases), "ways": number(ways.ways)}
    told = _("%(cases)s cases took %(ways)s different ways.") % facts
    if few is None or ways.found != ways.ways:
        return told
    return joined(
        told,
        ngettext(
            "The most frequent one covers %(part)s of them.", "The %(n)d most frequent cover %(part)s of them.", few
        )
        % {"n": few, "part": share(ways.shown[few - 1].coverage, 0)},
    )


def handovers_sentence(counts: Row | None, pairs: Sequence[Row], holder: str) -> str:
    """How often work changes hands, and how much of it comes straight back; without counts the pairs alone say so."""
    if counts is not None and counts["handovers"]:
        return _(
            "Of %(moves)s passings from step to step, %(handovers)s go to another office; %(returns)s come straight back."
        ) % {name: number(counts[name]) for name in ("moves", "handovers", "returns")}
    if not pairs:
        nothing = {
            "agency": _("No case here passes from one agency to another."),
            "office": _("No case here changes hands between offices."),
        }
        return nothing[holder]
    facts = {name: number(sum(one[name] for one in pairs)) for name in ("handovers", "returns")}
    if holder == "agency":
        return _("%(handovers)s times cases passed to or from another agency; %(returns)s came straight back.") % facts
    return _("%(handovers)s times cases passed from one office to another; %(returns)s came straight back.") % facts


def spectrum_sentence(edge: Row | None) -> str:
    """How long the moves of a segment waited: half of them, and the slowest tenth."""
    if edge is None:
        return _("No segment is waited for here.")
    facts = {"from": unnamed(edge["from_name"]), "to": unnamed(edge["to_name"]), "moves": number(edge["moves"])}
    if edge["waited_workdays_median"] is None:
        return _("From %(from)s to %(to)s: %(moves)s moves, of which no wait is known.") % facts
    return _("From %(from)s to %(to)s: half waited at most %(median)s, one in ten longer than %(tenth)s.") % {
        **facts,
        "median": workdays_text(edge["waited_workdays_median"]),
        "tenth": workdays_text(edge["waited_workdays_p90"]),
    }


def item_sentence(name: str, rows: Sequence[Row]) -> str:
    """The quickest and the slowest median of an item."""
    known = [one for one in rows if one["lasted_workdays_median"] is not None]
    if len(known) < 2:
        return _("%(item)s: the agencies' times cannot be compared yet.") % {"item": name}
    low, high = (pick(known, key=lambda one: one["lasted_workdays_median"]) for pick in (min, max))
    return _("%(item)s: half of the cases take at most %(low)s at the quickest agency, %(high)s at the slowest.") % {
        "item": name,
        "low": workdays_text(low["lasted_workdays_median"]),
        "high": workdays_text(high["lasted_workdays_median"]),
    }


def items_sentence(rows: Sequence[Row]) -> str:
    """The item whose times lie furthest apart."""
    if not rows:
        return _("No item is handled by two agencies, so there is nothing to compare.")
    told = ngettext(
        "%(n)s item is handled by several agencies.", "%(n)s items are handled by several agencies.", len(rows)
    ) % {"n": number(len(rows))}
    if not rows[0]["gap"]:
        return told
    return joined(
        told,
        _("Furthest apart: %(item)s, half of the cases within %(low)s here, %(high)s there.")
        % {
            "item": rows[0]["name"],
            "low": workdays_text(rows[0]["low"]),
            "high": workdays_text(rows[0]["high"]),
        },
    )


def departures_sentence(rows: Sequence[Row], *, has_list: bool, agency: str, item: str) -> str:
    """How much departs from the official lists, and what takes most days; `agency` and `item` name the first of the rows."""
    if not rows:
        if not has_list:
            return _("No official list of steps is in use, so no step can be held against it.")
        return _("Every case that could be compared follows the official list of its item.")
    count = {kind: sum(1 for one in rows if one["departure"] == kind) for kind in DEPARTURES}
    parts = {
        "extra_step": ngettext("%(n)s step stands on no list.", "%(n)s steps stand on no list.", count["extra_step"]),
        "missing_step": ngettext(
            "%(n)s required step is missing in some cases.",
            "%(n)s required steps are missing in some cases.",
            count["missing_step"],
        ),
        "order_break": ngettext(
            "%(n)s pair of steps comes in the wrong order.",
            "%(n)s pairs of steps come in the wrong order.",
            count["order_break"],
        ),
        "repeated_step": ngettext(
            "%(n)s step of the list is done more than once.",
            "%(n)s steps of the list are done more than once.",
            count["repeated_step"],
        ),
        "repeated_paper": ngettext(
            "%(n)s paper is asked for again.", "%(n)s papers are asked for again.", count["repeated_paper"]
        ),
    }
    there = [kind for kind in DEPARTURES if count[kind]]
    told = joined(*(parts[kind] % {"n": number(count[kind])} for kind in there[:3]))
    first = rows[0]
    if first["departure"] != "extra_step" or not first["spent_workdays"]:
        return told
    return joined(
        told,
        _("Most time goes into “%(step)s” for %(item)s at %(agency)s: %(days)s in %(cases)s cases.")
        % {
            "step": first["name"],
            "item": item,
            "agency": agency,
            "days": workdays_text(first["spent_workdays"]),
            "cases": number(first["cases"]),
        },
    )


def directives_sentence(rows: Sequence[Row], name: Callable[[Row], str]) -> str:
    """At which level directives lie longest, and how many reach the last level."""
    held = [one for one in rows if one["held_workdays"]]
    if not rows:
        return _("No directives are on record, so nothing can be said about how they pass down.")
    last = rows[-1]
    facts = {"arrived": number(last["arrived"]), "all": number(last["directives"]), "last": name(last)}
    reach = _("%(arrived)s of %(all)s reach the last level (%(last)s).") % facts
    if not held:
        return reach
    longest = max(held, key=lambda one: one["held_workdays"])
    facts = {"level": name(longest), "part": share(longest["held_share"], 0)}
    return joined(_("Directives lie longest at the level %(level)s: %(part)s of all days.") % facts, reach)


def behind_sentence(count: int, behind: Any, scope: Scope) -> str:
    """Which cases these are."""
    facts = {"n": number(count)}
    if behind.finding is not None:
        told = ngettext(
            "%(n)s case lies behind finding %(number)d.", "%(n)s cases lie behind finding %(number)d.", count
        ) % {**facts, "number": behind.finding}
    elif behind.at is not None:
        told = ngettext("%(n)s open case stands at %(step)s.", "%(n)s open cases stand at %(step)s.", count) % {
            **facts,
            "step": unnamed(behind.stands),
        }
    elif behind.holder:
        giver, taker = (
            " ".join(filter(None, (agency_name(scope.names, code), office))) or unnamed("")
            for code, office in (behind.giver, behind.taker or ("", ""))
        )
        told = ngettext("%(n)s ended case was at %(giver)s.", "%(n)s ended cases were at %(giver)s.", count)
        if behind.taker is not None:
            told = ngettext(
                "%(n)s case passed from %(giver)s to %(taker)s.",
                "%(n)s cases passed from %(giver)s to %(taker)s.",
                count,
            )
            if behind.is_return:
                told = ngettext(
                    "%(n)s case came straight back from %(taker)s to %(giver)s.",
                    "%(n)s cases came straight back from %(taker)s to %(giver)s.",
                    count,
                )
        told %= {**facts, "giver": giver, "taker": taker}
    elif behind.because:
        cause = dict(cause_labels())[f"{behind.because}_workdays"]
        told = ngettext("Waits in %(n)s case: %(cause)s.", "Waits in %(n)s cases: %(cause)s.", count) % {
            **facts,
            "cause": cause,
        }
    elif behind.is_orphan:
        told = ngettext("In %(n)s case nobody had it for a while.", "In %(n)s cases nobody had it for a while.", count)
        told %= facts
    elif behind.named:
        told = ngettext("%(n)s case of %(item)s has ended.", "%(n)s cases of %(item)s have ended.", count) % {
            **facts,
            "item": behind.named,
        }
    elif behind.queue:
        told = (
            ngettext(
                "%(n)s case was overtaken five times or more.", "%(n)s cases were overtaken five times or more.", count
            )
            % facts
        )
    elif behind.way:
        told = ngettext("%(n)s case took this way.", "%(n)s cases took this way.", count) % facts
    elif behind.from_ and behind.to:
        told = ngettext(
            "%(n)s case went straight from %(from)s to %(to)s.",
            "%(n)s cases went straight from %(from)s to %(to)s.",
            count,
        ) % {**facts, "from": behind.from_, "to": behind.to}
    elif behind.early and behind.late:
        told = ngettext(
            "%(n)s case has %(early)s before %(late)s, which should have come first.",
            "%(n)s cases have %(early)s before %(late)s, which should have come first.",
            count,
        ) % {**facts, "early": behind.early, "late": behind.late}
    elif behind.paper:
        told = ngettext(
            "In %(n)s case the paper %(paper)s was asked for again.",
            "In %(n)s cases the paper %(paper)s was asked for again.",
            count,
        ) % {**facts, "paper": behind.paper}
    elif behind.twice:
        told = ngettext(
            "%(n)s case has the step %(step)s more than once.",
            "%(n)s cases have the step %(step)s more than once.",
            count,
        ) % {**facts, "step": behind.twice}
    elif behind.without:
        told = ngettext(
            "%(n)s concluded case has no step %(step)s.", "%(n)s concluded cases have no step %(step)s.", count
        ) % {**facts, "step": behind.without}
    elif behind.step or behind.from_ or behind.to:
        told = ngettext("%(n)s case has the step %(step)s.", "%(n)s cases have the step %(step)s.", count) % {
            **facts,
            "step": behind.step or behind.from_ or behind.to,
        }
    else:
        told = ngettext("%(n)s case with steps is on record.", "%(n)s cases with steps are on record.", count) % facts
    return told
