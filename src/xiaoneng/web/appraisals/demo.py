"""Rounds for the invented county: one whose result is out, one that is open now, one that is being set up.

Ballots go through the real box with codes on paper; codes and answers are the same each time, keys of the box are not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from xiaoneng.web.accounts import first_account
from xiaoneng.web.accounts.models import Role, User
from xiaoneng.web.ballotbox.casting import Submission, cast

from . import actions, queries
from .actions.announcing import codes_of
from .models import Round

SEED = 2026
ANSWERED = 0.62  # of the slips handed out
ORCHESTRATED = 30  # ballots of one batch, with the same answers, in one afternoon
NO_CONTACT = "no_contact"
_PAGE = "http://{host}:8700/{part}/{code}/"
_QUESTIONS = ("attitude", "fairness", "results")
_HOURS = (9, 10, 11, 14, 15, 16, 17, 20)

# end of the agency's name -> group, English name, usual level
_AGENCIES = {
    "市场监督管理局": ("enforcement", "Market supervision", 4.0),
    "自然资源和规划局": ("administration", "Natural resources and planning", 3.3),
    "住房和城乡建设局": ("administration", "Housing and construction", 3.2),
    "人力资源和社会保障局": ("public_service", "Human resources and social security", 4.2),
    "公安局": ("enforcement", "Public security", 4.1),
    "行政审批局": ("public_service", "Administrative approval", 4.4),
    "卫生健康局": ("public_service", "Health", 3.9),
    "交通运输局": ("enforcement", "Transport", 3.6),
    "生态环境局": ("enforcement", "Ecology and environment", 3.7),
    "农业农村局": ("administration", "Agriculture and rural affairs", 3.8),
    "水利局": ("administration", "Water", 3.9),
    "林业局": ("administration", "Forestry", 3.8),
    "教育局": ("public_service", "Education", 3.9),
    "民政局": ("public_service", "Civil affairs", 4.1),
    "应急管理局": ("enforcement", "Emergency management", 3.8),
    "文化广电和旅游局": ("administration", "Culture and tourism", 4.0),
}
_TOWNS = {
    "东桥": "Dongqiao", "西塘": "Xitang", "南坪": "Nanping", "北关": "Beiguan", "石湾": "Shiwan", "柳林": "Liulin",
    "白沙": "Baisha", "青石": "Qingshi",
}  # fmt: skip

# code, Chinese, English, eligible, invited, weight in %, whether cadres
_STRATA = (
    ("service_user", "服务对象（办事人）", "service users (who had a case)", 6200, 200, 50.0, False),
    ("firm", "企业（含外来投资者）", "firms, those of outside investors included", 900, 120, 30.0, False),
    ("village_cadre", "村（社区）干部", "village and community cadres", 260, 80, 20.0, True),
)
_REMARKS = (
    "办证窗口中午没人，跑了两趟",
    "审批比以前快多了，材料也少了",
    "电话常常打不通，能不能多设一条线",
    "同一份材料几个科室都要，希望能共享",
    "现场踏勘约了三次才来",
    "工作人员讲得清楚，态度也好",
    "收费依据应当贴在大厅里",
    "检查太多，一个月来了四拨人",
)
# whom it is about (end of the name), and the remark in other words
_PARAPHRASES = (
    ("人力资源和社会保障局", "希望中午也有人值守窗口。"),
    ("行政审批局", "审批变快，材料变少。"),
    ("卫生健康局", "咨询电话难打通，希望增加线路。"),
    ("住房和城乡建设局", "同样的材料要交几次，希望共享。"),
    ("自然资源和规划局", "现场踏勘要等很久才能约到。"),
    ("民政局", "讲解清楚，态度好。"),
)
_Row = dict[str, Any]


def fill() -> Iterator[str]:
    """Hold the rounds."""
    if Round.objects.exists() or not queries.agencies().exists():
        return
    first_account()  # an installation gives its office an account only as long as there is no other
    first, second = (_clerk(name, shown) for name, shown in (("demo-clerk", "演示员甲"), ("demo-checker", "演示员乙")))
    today = timezone.localdate()
    rated = _rated()
    over = _published(rated, today, first, second)
    ballots = sum(row["ballots"] or 0 for row in (over.result or {})["ballots"])
    yield f"评议一轮已公布结果 A round is out: {over.title_en}, {ballots:,} ballots."
    now = _open(rated, today, first)
    yield f"评议一轮正在投票 A round is open: {now.title_en}, until {now.fixed_rules.days.closes_on}."
    draft = actions.create_round(
        by=first,
        code="demo-next",
        kind="ten_thousand_people",
        title_zh=f"{today.year + 1}年万人评议机关（演示）",
        title_en=f"Ten thousand people appraise, {today.year + 1} (demo)",
    )
    actions.change_draft(draft, by=first, appraisees=rated)
    yield f"评议一轮正在起草 A round is being set up: {draft.title_en}."


def _clerk(name: str, shown: str) -> User:
    """Somebody in whose name the demo acts; nobody can log in as them."""
    return User.objects.create_user(name, role=Role.OFFICE_EDITOR, full_name=shown, is_active=False)


def _known(name: str) -> tuple[str, str, float]:
    town = next((f"{english} town" for part, english in _TOWNS.items() if part in name), name)
    return next((known for end, known in _AGENCIES.items() if name.endswith(end)), ("township", town, 3.9))


def _rated() -> list[_Row]:
    """The agencies of the county, each in the group in which it may be compared."""
    known = [(agency, _known(agency.name)) for agency in queries.agencies().order_by("code")]
    return [
        {"group": group, "code": agency.code, "zh": agency.name, "en": english} for agency, (group, english, _) in known
    ]


def _published(rated: list[_Row], today: date, first: User, second: User) -> Round:
    """A round of some weeks ago: held, one batch set aside by two people, remarks put in other words, its result out."""
    opens, chance = today - timedelta(days=41), random.Random(SEED)  # noqa: S311 invented data, the same each time
    one, codes = _announced(
        Round(
            code="demo-society",
            kind="society_rates_agencies",
            title_zh=f"{opens.year}年社会各界评议机关（演示）",
            title_en=f"Society rates the agencies, {opens.year} (demo)",
        ),
        {"appraisees": rated, "bucket_hours": 4},
        opens_on=opens,
        closes_on=opens + timedelta(days=6),
        by=first,
    )
    voters = [(code, _answers(rated, chance)) for mine in codes.values() for code in mine if chance.random() < ANSWERED]
    remarks = dict(zip(chance.sample(range(len(voters)), len(_REMARKS)), _REMARKS, strict=True))
    for number, (code, answers) in enumerate(voters):
        _cast(
            one,
            code,
            answers,
            chance,
            remarks.get(number, ""),
            _moment(opens + timedelta(days=chance.randrange(7)), chance),
        )
    batch = codes["village_cadre"][:ORCHESTRATED]
    favoured = _favouring(rated)
    afternoon = datetime.combine(opens + timedelta(days=3), time(15), tzinfo=timezone.get_current_timezone())
    for code in batch:
        _cast(one, code, favoured, chance, "", afternoon)
    closed_at = _moment(opens + timedelta(days=7), chance)
    actions.close(one, by=first, at=closed_at, on=timezone.localdate(closed_at))
    actions.set_aside(one, by=first, batch="village_cadre-1", reason="30 张票答案相同，同一下午投入")
    actions.set_aside(one, by=second, batch="village_cadre-1", reason="")
    codes_by_end = {end: row["code"] for end, _said in _PARAPHRASES for row in rated if row["zh"].endswith(end)}
    for remark in one.remarks.all():
        end, said = (
            _PARAPHRASES[_REMARKS.index(remark.text)] if remark.text in _REMARKS[: len(_PARAPHRASES)] else ("", "")
        )
        if end in codes_by_end:
            actions.paraphrase(remark, by=first, text=said, appraisee=codes_by_end[end])
            actions.check_paraphrase(remark, by=second)
    actions.count(one, by=first)
    actions.publish(one, by=first, at=closed_at + timedelta(days=9))
    return Round.objects.get(pk=one.pk)


def _open(rated: list[_Row], today: date, by: User) -> Round:
    """A round in which anyone may try a ballot: its slips with codes can still be printed."""
    chance = random.Random(SEED + 1)  # noqa: S311 invented data, the same each time
    windows = [row for row in rated if row["group"] in ("public_service", "enforcement")] or rated
    one, codes = _announced(
        Round(
            code="demo-windows",
            kind="society_rates_agencies",
            title_zh=f"{today.year}年窗口单位专项评议（演示）",
            title_en=f"The service windows, {today.year} (demo)",
        ),
        {"appraisees": windows, "most_rated": 8},
        opens_on=today - timedelta(days=2),
        closes_on=today + timedelta(days=12),
        by=by,
    )
    for mine in codes.values():
        for code in mine[-40:]:  # the first slips are left for those who try
            answers = _answers(windows, chance)
            _cast(one, code, {who: answers[who] for who in list(answers)[:8]}, chance, "", None)
    return one


def _announced(
    one: Round, parts: Mapping[str, Any], *, opens_on: date, closes_on: date, by: User
) -> tuple[Round, dict[str, list[str]]]:
    """A round, fixed and announced some days before it opens, with the codes on its slips."""
    made = actions.create_round(by=by, code=one.code, kind=one.kind, title_zh=one.title_zh, title_en=one.title_en)
    names = ("code", "zh", "en", "eligible", "invited", "weight_percent", "is_cadre")
    strata = [dict(zip(names, row, strict=True)) | {"way": "paper"} for row in _STRATA]
    days = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
    made = actions.change_draft(made, by=by, strata=strata, days=days, **parts)
    at = datetime.combine(opens_on - timedelta(days=5), time(10), tzinfo=timezone.get_current_timezone())
    rules = actions.fix_rules(made, by=by, at=at)
    pages = {
        name: _PAGE.format(host=settings.ALLOWED_HOSTS[0], part=part, code=one.code)
        for name, part in (("page", "vote"), ("token_page", "token"))
    }
    actions.announce(made, by=by, at=at, random_bytes=_bytes(one.code), **pages)
    return Round.objects.get(pk=made.pk), codes_of(rules, _bytes(one.code))


def _bytes(code: str) -> Any:
    return random.Random(f"{SEED} {code}").randbytes  # noqa: S311 invented data, the same each time


def _answers(rated: Sequence[_Row], chance: random.Random) -> dict[str, dict[str, int | str]]:
    """What one voter says: of about half of them nothing, of the others a level near the usual one, strict or mild throughout."""
    mood = chance.gauss(0.0, 0.45)
    found: dict[str, dict[str, int | str]] = {}
    for row in chance.sample(list(rated), len(rated)):
        usual = _known(row["zh"])[2] + mood
        if chance.random() < 0.45 and found:
            found[row["code"]] = dict.fromkeys(_QUESTIONS, NO_CONTACT)
            continue
        found[row["code"]] = {question: max(1, min(5, round(chance.gauss(usual, 0.85)))) for question in _QUESTIONS}
    return found


def _favouring(rated: Sequence[_Row]) -> dict[str, dict[str, int | str]]:
    """The answers of the orchestrated batch: the best to one, the middle to all others."""
    favoured = next((row["code"] for row in rated if row["zh"].endswith("住房和城乡建设局")), rated[0]["code"])
    return {row["code"]: dict.fromkeys(_QUESTIONS, 5 if row["code"] == favoured else 3) for row in rated}


def _cast(one: Round, code: str, answers: Any, chance: random.Random, remark: str, at: datetime | None) -> None:
    cast(one.code, Submission(receipt=chance.randbytes(16), answers=answers, remark=remark, code=code), at)


def _moment(day: date, chance: random.Random) -> datetime:
    """Some hour of a day at which people answer."""
    at = time(chance.choice(_HOURS), chance.randrange(60))
    return datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
