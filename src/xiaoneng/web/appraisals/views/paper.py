"""What comes in on paper and by telephone: entered by two, compared, reconciled; spare codes voided; signatures counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from xiaoneng.core.appraisal import RoundRules, Way
from xiaoneng.core.errors import XiaonengError
from xiaoneng.web import ballotbox, registrar
from xiaoneng.web.shell import asked, permitted, told

from .. import paper_queries
from ..actions import WrongStateError
from ..actions import paper as actions
from ..models import Round, RoundState
from ..paper_forms import COUNTS, WAYS, CountsForm, SheetForm, SignaturesForm, SparesForm, named
from .common import round_of, tabs


def _gone_on() -> str:
    return _("The round has gone on in the meantime.")


def _announced(request: HttpRequest, code: str) -> Round:
    """A round whose codes and keys are made: before that there is nothing to enter."""
    one = round_of(request, code)
    if one.announcement is None:
        raise Http404
    return one


def _page(request: HttpRequest, one: Round, name: str, status: int = 200, **context: Any) -> HttpResponse:
    context = tabs(one, request.user) | {"part": name} | context
    return render(request, f"appraisals/paper_{name}.html", context, status=status)


def _stage(one: Round, rules: RoundRules, counted: Any) -> str:
    """What may be done with sheets: before, open, counted, over."""
    if counted:
        return "counted"
    if one.state != RoundState.ANNOUNCED:
        return "over"
    return "before" if timezone.localdate() < rules.days.opens_on else "open"


# --- sheets ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def sheets(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet is entered, for the first or the second time; nobody is shown what another has typed."""
    one = _announced(request, code)
    rules, counted = one.fixed_rules, ballotbox.counted_sheets(code)
    stage, entered = _stage(one, rules, counted), ballotbox.entered_sheets(code)
    shared: dict[str, Any] = {"rules": rules, "stage": stage, "progress": paper_queries.progress(entered)}
    if stage != "open":
        return _page(request, one, "sheets", 409 if request.method == "POST" else 200, **shared)
    name = request.user.get_username()
    correcting = request.POST.get("correcting", "") if request.method == "POST" else asked(request, "sheet")
    own = ballotbox.own_sheet(code, correcting, name) if correcting else None
    if correcting and own is None:
        raise Http404
    if request.method == "POST":
        form = SheetForm(request.POST, rules=rules, correcting=correcting)
        if form.is_valid() and _entered(request, one, form, correcting, entered):
            if correcting:
                return redirect("appraisals:paper_differences", code=code)
            kept = f"?stratum={form.cleaned_data['stratum']}&way={form.cleaned_data['way']}"
            return redirect(reverse("appraisals:paper", args=[code]) + kept)
        return _page(request, one, "sheets", 422, form=form, correcting=correcting, **shared)
    begun = {"stratum": asked(request, "stratum") or rules.strata[0].code, "way": asked(request, "way") or "paper"}
    initial = SheetForm.typed_of(rules, own, correcting) if own else begun
    form = SheetForm(initial=initial, rules=rules, correcting=correcting)
    return _page(request, one, "sheets", form=form, correcting=correcting, **shared)


def _entered(request: HttpRequest, one: Round, form: SheetForm, correcting: str, entered: Any) -> bool:
    """Enter what was typed, and say what became of it; False where it is refused, with the reason in the form."""
    given, name = form.cleaned_data, request.user.get_username()
    sheet = given["sheet"]
    others: tuple[str, ...] = next((each.entered_by for each in entered if each.sheet == sheet), ())
    if correcting and sheet != correcting:
        form.add_error("sheet", _("You are correcting sheet %(sheet)s.") % {"sheet": correcting})
        return False
    if len(others) == 2 and name not in others:
        form.add_error(
            "sheet",
            _("%(first)s and %(second)s have entered this sheet already. Compare its number; one of them corrects it.")
            % {"first": others[0], "second": others[1]},
        )
        return False
    try:
        found = actions.enter_sheet(
            one,
            by=request.user,
            on=timezone.localdate(),
            sheet=sheet,
            stratum=given["stratum"],
            way=given["way"],
            answers=given["answers"],
            remark=given.get("remark", ""),
            is_correction=bool(correcting),
        )
    except actions.EnteredBeforeError:
        address = reverse("appraisals:paper", args=[one.code]) + f"?sheet={sheet}"
        text = _("You have entered this sheet already. Compare its number; another person enters it the second time.")
        form.add_error("sheet", format_html('{} <a href="{}">{}</a>', text, address, _("Correct what you entered")))
        return False
    except WrongStateError:
        form.add_error(None, _gone_on())
        return False
    except XiaonengError as error:
        form.add_error(None, told(error))
        return False
    _say_entered(request, sheet, found)
    return True


def _say_entered(request: HttpRequest, sheet: str, found: Any) -> None:
    if not found.is_twice:
        text = _("Sheet %(sheet)s is entered once. Another person enters it the second time.")
        messages.success(request, text % {"sheet": sheet})
    elif not found.differing:
        messages.success(request, _("Sheet %(sheet)s is entered twice, and both entries agree.") % {"sheet": sheet})
    else:
        text = ngettext(
            "Sheet %(sheet)s is entered twice; the entries differ in one field. Compare it with the paper.",
            "Sheet %(sheet)s is entered twice; the entries differ in %(n)s fields. Compare it with the paper.",
            found.differing,
        )
        messages.warning(request, text % {"sheet": sheet, "n": found.differing})


@require_GET
@permitted("rounds.change")
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """Where the two entries of a sheet differ, whom to ask, and which sheets wait for their second entry."""
    one = _announced(request, code)
    rules, entered = one.fixed_rules, ballotbox.entered_sheets(code)
    by_sheet = {each.sheet: each for each in entered}
    name = request.user.get_username()
    differing: dict[str, dict[str, Any]] = {}
    for each in ballotbox.differences(code):
        if each.second is None:
            continue
        sheet = by_sheet[each.sheet]
        row = differing.setdefault(
            each.sheet, {"sheet": each.sheet, "by": sheet.entered_by, "own": name in sheet.entered_by, "fields": []}
        )
        values = [_value(rules, each.field, text) for text in (each.first, each.second)]
        row["fields"].append({"field": each.field, "first": values[0], "second": values[1]})
    titles = _fields(rules)
    for row in differing.values():
        row["fields"].sort(key=lambda one: list(titles).index(one["field"]))
        for field in row["fields"]:
            field["name"] = titles[field["field"]]
    once = [
        {"sheet": each.sheet, "by": each.entered_by[0], "own": name in each.entered_by}
        for each in entered
        if len(each.entered_by) == 1
    ]
    stage = _stage(one, rules, ballotbox.counted_sheets(code))
    shown: dict[str, Any] = {
        "differing": list(differing.values()),
        "once": once,
        "stage": stage,
        "progress": paper_queries.progress(entered),
    }
    return _page(request, one, "differences", **shown)


def _fields(rules: RoundRules) -> dict[str, str]:
    """Every field of a sheet as people call it, in the order of the sheet."""
    titles = {"stratum": _("Raters"), "way": _("How it came")}
    whole = {ballotbox.WHOLE_BALLOT: ""}
    for code, title in ({one.code: named(one.title) for one in rules.appraisees} | whole).items():
        for question in rules.questionnaire.questions:
            asked_as = named(question.title)
            titles[f"{code}.{question.code}"] = f"{title} · {asked_as}" if title else asked_as
    return titles | {"remark": _("Remark")}


def _value(rules: RoundRules, field: str, text: str) -> str:
    """A value of a sheet as it is typed and read."""
    if not text:
        return _("left empty")
    if field == "stratum":
        return named(rules.stratum(text).title)
    if field == "way":
        return str(dict(WAYS)[text])
    if field == "remark":
        return text
    return {"no_contact": _("0, no contact"), "yes": _("1, yes"), "no": _("0, no")}.get(text, text)


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def reconcile(request: HttpRequest, code: str) -> HttpResponse:
    """What became of every paper and every call; once it adds up, the sheets count."""
    one = _announced(request, code)
    rules, counted = one.fixed_rules, ballotbox.counted_sheets(code)
    stage, entered = _stage(one, rules, counted), ballotbox.entered_sheets(code)
    progress = paper_queries.progress(entered)
    shared: dict[str, Any] = {"stage": stage, "progress": progress, "rules": rules}
    if stage != "open" or progress["once"] or progress["differing"]:
        shown = [{"title": named(rules.stratum(name).title), "counts": told} for name, told in counted.items()]
        heads = [text for _name, text in COUNTS]
        status = 409 if request.method == "POST" else 200
        return _page(request, one, "reconcile", status, counted=shown, heads=heads, total=_total(counted), **shared)
    ways = Counter((each.stratum, each.way) for each in entered)
    forms = [
        CountsForm(
            request.POST if request.method == "POST" else None,
            stratum=stratum,
            entered={way: ways[stratum.code, way] for way, _text in WAYS},
        )
        for stratum in rules.strata
    ]
    refused = ""
    if request.method == "POST":
        if all(form.is_valid() for form in forms):
            refused = _stated(request, one, forms)
            if not refused:
                return redirect("appraisals:paper_reconcile", code=code)
        return _page(request, one, "reconcile", 422, forms=forms, refused=refused, **shared)
    return _page(request, one, "reconcile", forms=forms, **shared)


def _total(counted: Any) -> int:
    return sum(told.used + told.answered for told in counted.values())


def _stated(request: HttpRequest, one: Round, forms: list[CountsForm]) -> str:
    """Let the sheets count; the refusal where they do not."""
    counts = {form.stratum.code: form.counts for form in forms if form.is_needed}
    if not counts:
        return _("Nothing was entered and nothing counted: there is nothing to reconcile.")
    try:
        added = actions.state_sheets(one, by=request.user, counts=counts)
    except WrongStateError:
        return _gone_on()
    except XiaonengError as error:
        return told(error)
    text = ngettext(
        "Everything adds up. One ballot from paper and telephone counts now.",
        "Everything adds up. %(n)s ballots from paper and telephone count now.",
        added,
    )
    messages.success(request, text % {"n": added})
    return ""


# --- codes and signatures -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def spares(request: HttpRequest, code: str) -> HttpResponse:
    """Spare codes are typed, counted per stratum, and voided once that is confirmed."""
    one = _announced(request, code)
    rules = one.fixed_rules
    shown: dict[str, Any] = {"voided": paper_queries.voided(one), "is_open": one.state == RoundState.ANNOUNCED}
    shown["has_codes"] = any(stratum.way is Way.PAPER for stratum in rules.strata)
    if not shown["is_open"] or not shown["has_codes"]:
        return _page(request, one, "spares", 409 if request.method == "POST" else 200, **shown)
    if request.method == "GET":
        return _page(request, one, "spares", form=SparesForm(rules=rules), **shown)
    form = SparesForm(request.POST, rules=rules)
    if not form.is_valid():
        if form.tried:
            actions.note_refused_spares(one, by=request.user, codes=form.tried)
        return _page(request, one, "spares", 422, form=form, **shown)
    found = [(named(rules.stratum(name).title), len(mine)) for name, mine in sorted(form.hashes.items())]
    if "confirm" not in request.POST:
        return _page(request, one, "spares", form=form, found=found, total=sum(n for _, n in found), **shown)
    try:
        count = actions.void_spares(
            one, by=request.user, hashes=[each for mine in form.hashes.values() for each in mine]
        )
    except (XiaonengError, WrongStateError) as error:
        form.add_error("codes", told(error) if isinstance(error, XiaonengError) else _gone_on())
        return _page(request, one, "spares", 422, form=form, **shown)
    text = ngettext("One spare code is void now.", "%(n)s spare codes are void now.", count)
    messages.success(request, text % {"n": count})
    return redirect("appraisals:spares", code=code)


@require_http_methods(["GET", "POST"])
@permitted("rounds.change")
def signatures(request: HttpRequest, code: str) -> HttpResponse:
    """Two persons count the signatures of the paper roll; codes, spare ones and ballots stand beside what they settled."""
    one = _announced(request, code)
    rows = paper_queries.paper_rows(one)
    is_open = one.state in (RoundState.ANNOUNCED, RoundState.CLOSED, RoundState.COUNTED)
    left = [row for row in rows if row["signatures"] is None] if is_open else []
    shown: dict[str, Any] = {
        "rows": rows,
        "left": left,
        "settled": [row for row in rows if row["signatures"] is not None],
    }
    if not left:
        return _page(request, one, "signatures", 409 if request.method == "POST" else 200, **shown)
    if request.method == "GET":
        return _page(request, one, "signatures", form=SignaturesForm(rows=left), **shown)
    form = SignaturesForm(request.POST, rows=left)
    if form.is_valid() and _counted(request, one, form):
        return redirect("appraisals:signatures", code=code)
    return _page(request, one, "signatures", 422, form=form, **shown)


def _counted(request: HttpRequest, one: Round, form: SignaturesForm) -> bool:
    """Note what was counted, stratum by stratum; False where one was refused, with the reason beside its field."""
    for stratum, count in form.typed().items():
        title = named(one.fixed_rules.stratum(stratum).title)
        counters = registrar.signature_counters(one.code)[stratum]
        try:
            is_settled = actions.count_signatures(one, by=request.user, stratum=stratum, count=count)
        except WrongStateError:
            form.add_error(None, _gone_on())
        except XiaonengError as error:
            if len(counters) == 1 and registrar.signature_counters(one.code)[stratum] == ():
                actions.note_differing_signatures(one, by=request.user, stratum=stratum)
                text = _("%(first)s counted another number. Both counts are struck out: both of you count again.")
                form.add_error(f"n-{stratum}", text % {"first": counters[0]})
                form[f"n-{stratum}"].help_text = _("Not counted yet.")
            else:
                form.add_error(f"n-{stratum}", told(error))
        else:
            text = (
                _("%(stratum)s: two persons counted the same.")
                if is_settled
                else _("%(stratum)s: your count is noted. Another person counts without knowing it.")
            )
            messages.success(request, text % {"stratum": title})
    return not form.errors
