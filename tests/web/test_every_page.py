"""Of every page: it is whole in both languages, holds no text that a record could run, and asks the database a few times only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .importing import Importer, csv_of
from .pages import pages_of

Named = Mapping[str, str | int]
HANZI = re.compile(r"[\u3400-\u9fff]")


class _Text(HTMLParser):
    """The words of a page: its text, and what is read aloud or shown in a bubble."""

    SPOKEN = ("aria-label", "title", "placeholder", "alt", "content", "data-label")
    EMPTY = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.drawn: list[str] = []  # texts in pictures, in which a long name is cut or stands in two lines
        self.open: list[tuple[str, bool]] = []  # each open element, and whether it is in another language
        self.feed(html)

    @property
    def _is_foreign(self) -> bool:
        return any(is_foreign for _, is_foreign in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        is_foreign = ("lang" in own and tag != "html") or tag in ("script", "style")
        if not self._is_foreign and not is_foreign:
            self.words += [own[name] or "" for name in self.SPOKEN if name in own and own.get("type") != "hidden"]
        if tag not in self.EMPTY:
            self.open.append((tag, is_foreign))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_foreign and data.strip():
            is_drawn = any(tag == "text" for tag, _ in self.open)
            (self.drawn if is_drawn else self.words).append(data.strip())


def _in(client: Client, language: str) -> Client:
    client.cookies["language"] = language
    return client


@pytest.fixture
def names(named: Named) -> set[str]:
    """What records, rules and notices are called: it stands on pages as it is, in either language."""
    return _names()


def _names() -> set[str]:
    from xiaoneng.core.law import load_pack, packs
    from xiaoneng.web.appraisals.models import Round
    from xiaoneng.web.cases.models import Case, FlowFinding, FlowTable, ImportBatch, Step
    from xiaoneng.web.registry import workdays
    from xiaoneng.web.registry.models import Agency, HolidayNotice, ServiceItem

    found: set[str] = set()
    for model, fields in (
        (Case, ("agency_name", "service_item_name", "case_no")),
        (Step, ("name", "office", "handler", "step_result")),
    ):
        for field in fields:
            found |= set(model.objects.values_list(field, flat=True).distinct())
    found |= set(Agency.objects.values_list("name", flat=True)) | set(
        ServiceItem.objects.values_list("name", flat=True)
    )
    found |= set(FlowFinding.objects.values_list("law", flat=True))
    found |= {row["level_name"] for row in FlowTable.objects.get(table="directive_levels").records}
    for notice in workdays().notices:
        found |= {notice.title, notice.document_no} | {run.name for run in (*notice.off, *notice.makeup)}
    for field in ("title", "document_no", "text"):
        found |= set(HolidayNotice.objects.values_list(field, flat=True))
    for batch in ImportBatch.objects.all():
        found |= {column["column"] for column in batch.report["columns"]}
    for one in Round.objects.all():  # what somebody typed: codes and names of a round and of those in it
        typed = (*one.draft["appraisees"], *one.draft["strata"], *one.draft["groups"])
        found |= {one.code, one.title_zh, one.title_en, *(row[name] for row in typed for name in ("code", "zh", "en"))}
    for pack in packs():
        for rule in load_pack(pack).rules.values():
            found |= {rule.law, rule.article, rule.quote, rule.name_zh}
    return {name.strip() for name in found if re.search(r"[^\W\d_]{2}", name)}  # a code of digits stands in many words


def _without(text: str, names: set[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


@pytest.mark.parametrize("role", ["anyone", "office_editor", "liaison", "system_admin"])
def test_english_pages_are_english_but_for_names(
    role: str, reader: Callable[[str], Client], named: Named, names: set[str]
) -> None:
    client = _in(reader(role), "en")
    found: dict[str, list[str]] = {}
    for page in pages_of(role, named):
        response = client.get(page)
        assert response.status_code == 200, page
        assert '<html lang="en"' in response.content.decode()
        text = _Text(response.content.decode())
        left = [_without(word, names) for word in text.words]
        runs = [run for word in text.drawn for run in re.findall(f"{HANZI.pattern}+", _without(word, names))]
        left += [run for run in runs if not any(run in name for name in names)]
        if left := sorted({word.strip() for word in left if HANZI.search(word)}):
            found[page] = left
    assert found == {}


# Words that stay as they are in Chinese: our own name, kinds of files, codes, units, and examples to be typed.
_KEPT = re.compile(
    r"Xiaoneng|English|Enter|Tab|CSV|TSV|TOML|UTF-8|GB18030|XES|OCEL|JSON|lines|Parquet|Excel|XLSX?|SHA-256|SVG|PDF|MiB|ID|URL|cn-\d+|"
    r"[\w.-]*[_\d.@-][\w.@-]*|[a-z]+\.[a-z]+|width|initial|scale|device|https?://\S+"
)
_ENGLISH = re.compile(r"\b[A-Za-z]{3,}\b(?:\s+[A-Za-z]+)*")


@pytest.mark.parametrize("role", ["anyone", "office_editor", "liaison", "system_admin"])
def test_chinese_pages_are_chinese_but_for_codes(
    role: str, reader: Callable[[str], Client], named: Named, names: set[str]
) -> None:
    client = _in(reader(role), "zh-hans")
    accounts = {f"a-{role}", "a-clerk", "demo"}
    found: dict[str, list[str]] = {}
    for page in pages_of(role, named):
        response = client.get(page)
        assert response.status_code == 200, page
        text = _Text(response.content.decode())
        words = [_KEPT.sub(" ", _without(word, names | accounts)) for word in text.words + text.drawn]
        if left := sorted({match.group() for word in words for match in [_ENGLISH.search(word)] if match}):
            found[page] = left
    assert found == {}


# --- what a record could run

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"><img src=x onerror=alert(1)>'{{7*7}}"


@pytest.fixture
def hostile(importer: Importer) -> Mapping[str, str | int]:
    """An agency, an item and cases whose every text would run if a page let it, and whose codes look like paths."""
    from xiaoneng.web.cases.models import Case
    from xiaoneng.web.registry.models import ServiceItem

    rows = [
        (
            f"X-{n}{SCRIPT}",
            f"../{SCRIPT}/x?y#z",
            IMAGE,
            "a/../b%2f?c#d",
            SCRIPT,
            "2026-11-02 09:00:00",
            "2026-11-02 10:00:00",
            "",
            "5",
            "工作日",
        )
        for n in range(3)
    ]
    batch = importer.take(csv_of(rows), f"{SCRIPT}.csv")
    case = Case.objects.get(case_no=f"X-0{SCRIPT}")
    item = ServiceItem.objects.create(agency=_agency(case.agency_code), code=case.service_item, name=SCRIPT)
    return {
        "case": case.pk,
        "agency": case.agency_code,
        "item": case.service_item,
        "batch": batch.pk,
        "registered": item.pk,
    }


def _agency(code: str) -> Any:
    from xiaoneng.web.registry.models import Agency

    return Agency.objects.get(code=code)


def test_names_that_would_run_are_shown_as_they_are_on_every_page(
    importer: Importer, hostile: Mapping[str, str | int]
) -> None:
    from django.urls import reverse

    client = importer.client
    addresses = [
        reverse("cases:case", args=[hostile["case"]]),
        reverse("dashboards:agency", args=[hostile["agency"]]),
        reverse("dashboards:item", args=[hostile["item"]]),
        reverse("registry:agency", args=[hostile["agency"]]),
        reverse("registry:change_agency", args=[hostile["agency"]]),
        reverse("registry:item", args=[hostile["registered"]]),
        reverse("registry:new_version", args=[hostile["registered"]]),
        f"/import/{hostile['batch']}/",
        "/cases/?sort=-received",
        "/cards/",
        "/overview/",
        "/import/",
        "/trace/",
        "/registry/agencies/",
        "/registry/items/",
    ]
    shown = 0
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        html = response.content.decode()
        assert SCRIPT not in html, address
        assert "<img" not in html, address
        assert "&lt;img src=x" not in html or "{{7*7}}" in unescape(html), address
        shown += SCRIPT in unescape(html) or IMAGE in unescape(html)
    assert shown >= 10


def test_a_link_on_a_page_leads_to_the_record_that_it_names(
    importer: Importer, hostile: Mapping[str, str | int]
) -> None:
    """Also where the code of an agency holds what an address is made of."""
    html = importer.client.get("/overview/").content.decode()
    links = {unescape(link) for link in re.findall(r'href="(/agencies/[^"]+)"', html)}
    answers = {link: importer.client.get(link).status_code for link in links}
    assert set(answers.values()) == {200}
    html = importer.client.get("/registry/agencies/").content.decode()
    links = {unescape(link) for link in re.findall(r'href="(/registry/agencies/[^"]+)"', html)}
    assert {importer.client.get(link).status_code for link in links} == {200}


# --- how often a page asks the database

MOST_QUERIES = {
    "/overview/": 16,
    "/cases/": 12,
    "/cases/{own_case}/": 20,
    "/cards/": 12,
    "/agencies/{own}/": 16,
    "/items/{own_item}/": 14,
    "/ratings/": 10,
    "/ratings/agencies/{own}/": 20,
    "/ratings/matters/": 12,
    "/ratings/matters/{own_matter}/": 14,
    "/ratings/links/": 10,
    "/registry/agencies/": 8,
    "/registry/agencies/{own}/": 14,
    "/registry/items/": 12,
    "/import/": 10,
    "/trace/": 8,
    "/calendar/": 8,
    "/deadline/": 6,
}


@pytest.mark.parametrize("page", list(MOST_QUERIES))
def test_a_page_asks_the_database_a_few_times(page: str, office: Client, named: Named) -> None:
    address = page.format(**named)
    office.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert office.get(address).status_code == 200
    assert len(asked) <= MOST_QUERIES[page], "\n".join(query["sql"][:160] for query in asked)


@pytest.mark.parametrize(
    "page", ["/cases/", "/cards/", "/registry/agencies/", "/registry/items/", "/import/", "/trace/", "/accounts/"]
)
def test_a_longer_list_asks_no_more_often(page: str, reader: Callable[..., Client], named: Named) -> None:
    """The same page with five rows more."""
    from xiaoneng.web import audit
    from xiaoneng.web.accounts.models import User
    from xiaoneng.web.cases.models import CaseClock, ImportBatch, ImportedFile
    from xiaoneng.web.registry.models import Agency, ServiceItem, ServiceItemVersion

    client = reader("office_editor", manages_users=True)
    CaseClock.objects.filter(pk__in=list(CaseClock.objects.values_list("pk", flat=True)[10:])).delete()
    ServiceItem.objects.filter(versions__isnull=True).exclude(pk=named["registered"]).delete()
    first = CaseClock.objects.first()
    assert first is not None
    CaseClock.objects.filter(pk=first.pk).update(card="red")
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(5):
        User.objects.create_user(f"more-{number}")
        agency = Agency.objects.create(code=f"M{number}", name=f"更多{number}")
        item = ServiceItem.objects.create(agency=agency, code="1", name="更多")
        ServiceItemVersion.objects.create(service_item=item, name="更多")
        ImportedFile.objects.create(batch=ImportBatch.objects.create(created_by="x"), file_name="x", sha256=f"{number}")
        audit.record("agency_created", subject=agency, by="x", after={"code": agency.code})
    CaseClock.objects.update(card="red")
    with CaptureQueriesContext(connection) as more:
        assert client.get(page).status_code == 200
    assert len(more) <= len(few)
