"""Tags and filters of the shell; built in, so no template loads them.

Filters   day, day_short, instant, month, number, share, limit, workdays, cited, label, sentence, unbroken, refusal
Tags      badge, clock_strip, field, pagination, sort_head, gap, empty, lead, drawing_css (see the templates of the same name)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from xiaoneng.core import words
from xiaoneng.core.drawing import stylesheet

from .. import clock_strip as strip
from .. import formats, refusals

register = template.Library()

_TOGETHER = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: 星期.)?[，。；]?|\d[\d,.]* (?:个工作日|件|个|天)[，。；]?")

# state or card: (shape, tone). The shape tells it apart without colour.
BADGES = {
    "early_warning": ("circle", "blue"),
    "yellow": ("triangle", "amber"),
    "red": ("square", "red"),
    "open_late": ("square", "red"),
    "late": ("square", "red"),
    "in_time": ("tick", "accent"),
    "running": ("ring", "ink"),
    "paused": ("bars", "ink"),
    "unjudged": ("question", "ink"),
    "none": ("dash", "ink"),
    "provisional": ("dashed", "amber"),
    "unconfirmed": ("dashed", "amber"),
    "confirmed": ("tick", "accent"),
}


def _as_day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value or None


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月4日 星期三."""
    return formats.day_long(_as_day(value))


@register.filter
def day_short(value: date | datetime | None) -> str:
    """2026年3月4日."""
    return formats.day_short(_as_day(value))


@register.filter
def month(value: date | str | None) -> str:
    """2026年3月; text such as 2026-03 is read too."""
    return formats.month_long(value)


@register.filter
def instant(value: datetime | None) -> str:
    """2026年3月4日 15:20."""
    return formats.instant(value)


@register.filter
def number(value: float | Decimal | None, digits: int = 0) -> str:
    """12,345."""
    return formats.number(value, int(digits))


@register.filter
def share(value: float | None, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage."""
    return formats.share(value, int(digits))


@register.filter
def limit(length: int | None, unit: str | None = "workday") -> str:
    """20 个工作日."""
    return formats.limit_text(length, unit)


@register.filter
def cited(law: str, article: str) -> str:
    """A law with its article: `{{ rule.law|cited:rule.article }}`."""
    return formats.cited(law, article)


@register.filter
def workdays(count: int) -> str:
    """How many working days have passed or are left: 0 个工作日."""
    return formats.length_text(count)


@register.filter
def label(name: str | None) -> str:
    """The printed name of an identifier, from the glossary."""
    return words.label(name, formats.words_language())


@register.filter
def fact(name: str) -> str:
    """The printed name of a fact in the trace: a word of its own there, else the word of everywhere."""
    text = words.label(f"fact_{name}", formats.words_language())
    return label(name) if text == f"fact_{name}" else text


@register.filter
def refusal(text: str, kind: str) -> str:
    """A refusal that was kept, in the reader's language: `{{ batch.error|refusal:batch.error_kind }}`."""
    return refusals.told_as(kind, text)


@register.filter
def sentence(code: str) -> str:
    """The sentence that belongs to a code, from the lists of words; the code itself where there is none."""
    return words.say(code, formats.words_language()) if words.has_sentence(code) else code


@register.filter
def unbroken(text: str) -> SafeString:
    """A Chinese sentence whose days and counts are not torn apart at the end of a line."""
    return mark_safe(_TOGETHER.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))  # noqa: S308 escaped above


@register.inclusion_tag("shell/_badge.html")
def badge(state: str | None, text: str = "") -> dict[str, Any]:
    """A status: shape, word and colour. `text` replaces the word of the glossary."""
    shape, tone = BADGES.get(str(state), ("ring", "ink"))
    return {"shape": shape, "tone": tone, "text": text or label(state), "state": state}


@register.inclusion_tag("shell/_clock_strip.html")
def clock_strip(days: Iterable[Mapping[str, Any]], strip_id: str = "strip") -> dict[str, Any]:
    """The clock of a case as a strip of days (see `clock_strip.draw` for the rows)."""
    rows = list(days)
    strips = [strip.draw(rows, kind) for kind in strip.LINES] if rows else []
    return {"strips": strips, "strip_id": strip_id, "cell": strip.CELL - strip.GAP}


@register.inclusion_tag("shell/_field.html")
def field(bound: BoundField, width: str = "") -> dict[str, Any]:
    """One form field: label above, hint, what was typed, its errors. `width`: short, medium, or the whole measure."""
    described = [f"{bound.id_for_label}-hint"] if bound.help_text else []
    for number, _ in enumerate(bound.errors, start=1):
        described.append(f"{bound.id_for_label}-error" + (f"-{number}" if number > 1 else ""))
    widget = bound.field.widget
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(widget, "input_type", "select" if hasattr(widget, "choices") else "text")
    is_group = kind in ("radio", "checkbox") and hasattr(widget, "choices")
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "kind": kind,
        "is_group": is_group,
        "width": width,
        "is_optional": not bound.field.required
        and kind not in ("checkbox", "select")
        and not widget.attrs.get("data-needed"),
    }


@register.inclusion_tag("shell/_pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Earlier and later rows of a long list; filters stay in the address."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": numbers, "ellipsis": page.paginator.ELLIPSIS, "request": context["request"]}


@register.simple_tag
def drawing_css() -> str:
    """The address of the pictures' style sheet; it changes with the sheet, so that browsers may keep it."""
    return f"{reverse('shell:drawing_css')}?{_look()}"


@cache
def _look() -> str:
    return hashlib.sha256(stylesheet().encode()).hexdigest()[:12]


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a space in English, nothing in Chinese."""
    return "" if formats.is_chinese() else " "


@register.simple_tag(takes_context=True)
def sort_head(context: template.Context, column: str, text: str) -> SafeString:
    """The head of a column that sorts: `?sort=column`, and `?sort=-column` the other way round."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", "")
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{column}" if now == column else column
    arrow = {column: " ↑", f"-{column}": " ↓"}.get(now, "")
    return format_html('<a class="sort" href="?{}">{}{}</a>', query.urlencode(), text, arrow)


@register.simple_tag(takes_context=True)
def has_permission(context: template.Context, permission: str, record: Any = None) -> bool:
    """Whether the reader may: `{% has_permission "calendar.change" as may_change %}`."""
    user = context.get("user")
    return bool(user is not None and user.is_authenticated and user.has_perm(permission, record))


@register.inclusion_tag("shell/_empty.html")
def empty(sentence: str, todo: str = "", address: str = "", action: str = "") -> dict[str, str]:
    """What stands where no rows are: what will be here, and how to fill it."""
    return {"sentence": sentence, "todo": todo, "address": address, "action": action}


@register.inclusion_tag("shell/_lead.html")
def lead(sentence: str, aside: str = "", over: str = "") -> dict[str, str]:
    """The head of a page: the answer in a sentence, with what it is about over it and how we know under it."""
    return {"sentence": sentence, "aside": aside, "over": over}
