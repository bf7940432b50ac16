"""How numbers and days are printed, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext

ZH_WEEKDAYS = "一二三四五六日"
EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
NARROW_SPACE = "\u202f"
MINUS = "\u2212"


def is_chinese() -> bool:
    """Whether the page is being written in Chinese."""
    return (get_language() or "zh").startswith("zh")


def words_language() -> str:
    """The language as the word lists of the core name it: zh or en."""
    return "zh" if is_chinese() else "en"


def day_long(day: date | None) -> str:
    """2026年3月4日 星期三 · Wednesday 4 March 2026."""
    if day is None:
        return ""
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日 星期{ZH_WEEKDAYS[day.weekday()]}"
    return f"{EN_WEEKDAYS[day.weekday()]} {day.day} {EN_MONTHS[day.month - 1]} {day.year}"


def day_short(day: date | None) -> str:
    """2026年3月4日 · 4 Mar 2026."""
    if day is None:
        return ""
    if is_chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {EN_MONTHS[day.month - 1][:3]} {day.year}"


def joined(*sentences: str) -> str:
    """Sentences one after the other, with a space between them where the language has one."""
    return ("" if is_chinese() else " ").join(sentences)


def month_name(month: int) -> str:
    """3月 · March."""
    return f"{month}月" if is_chinese() else EN_MONTHS[month - 1]


def month_long(value: date | str | None) -> str:
    """2026年3月 · Mar 2026, of any day of the month or of its text, 2026-03."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(f"{value}-01")
    return f"{value.year}年{value.month}月" if is_chinese() else f"{EN_MONTHS[value.month - 1][:3]} {value.year}"


def weekday_letter(weekday: int) -> str:
    """一 · M, for a head too narrow for more."""
    return ZH_WEEKDAYS[weekday] if is_chinese() else EN_WEEKDAYS[weekday][0]


def instant(moment: datetime | None) -> str:
    """2026年3月4日 15:20 · 4 Mar 2026, 15:20, in local time."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    between = " " if is_chinese() else ", "
    return f"{day_short(local.date())}{between}{local:%H:%M}"


def number(value: float | Decimal | None, digits: int = 0) -> str:
    """12,345 in both languages, with a true minus sign; nothing known is a dash."""
    if value is None:
        return "—"
    return f"{value:,.{digits}f}".replace("-", MINUS)


def share(value: float | None, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage; nothing known is a dash."""
    if value is None:
        return "—"
    return f"{value * 100:.{digits}f}%"


def cited(law: str, article: str) -> str:
    """《行政许可法》第42、45条 · 行政许可法, art. 42, 45."""
    if not article:
        return f"《{law}》" if is_chinese() else law
    return f"《{law}》第{article.replace(', ', '、')}条" if is_chinese() else f"{law}, art. {article}"


def limit_text(length: int | None, unit: str | None) -> str:
    """A limit with its unit: 20 个工作日 · 20 working days."""
    if length is None:
        return "—"
    return gettext("at once") if length == 0 else length_text(length, unit)


def length_text(length: int, unit: str | None = "workday") -> str:
    """A length of time with its unit: 0 个工作日 · 0 working days."""
    names = {
        "workday": (f"{length} 个工作日", "working day"),
        "day": (f"{length} 日", "calendar day"),
        "hour": (f"{length} 小时", "hour"),
        "month": (f"{length} 个月", "month"),
        "year": (f"{length} 年", "year"),
    }
    chinese, english = names.get(str(unit or "workday"), (f"{length} {unit}", str(unit)))
    return chinese if is_chinese() else f"{length} {english}{'' if length == 1 else 's'}"
