"""What the county's lists are for, and how they are written: purpose, columns, and an example, in the reader's language.

The columns are those of the readers in core/flow, which take the Chinese heading or the English one; a test holds the
examples against the readers, since asking them here would bring the analyses into the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xiaoneng.web.registry.models import ListRole
from xiaoneng.web.shell.formats import is_chinese


@dataclass(frozen=True)
class ListColumn:
    """A column of a list, with the cells of the example."""

    zh: str
    en: str
    meaning: Any
    is_needed: bool = False
    example_zh: tuple[str, ...] = ()
    example_en: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return self.zh if is_chinese() else self.en

    @property
    def cells(self) -> tuple[str, ...]:
        return self.example_zh if is_chinese() else self.example_en


@dataclass(frozen=True)
class ListForm:
    """How a list is written, and what it is for."""

    role: ListRole
    purpose: Any
    columns: tuple[ListColumn, ...]

    @property
    def example(self) -> list[tuple[str, ...]]:
        """The rows of the example."""
        return list(zip(*(one.cells for one in self.columns), strict=True))


def _plain(zh: str, en: str, meaning: Any, *cells: str, is_needed: bool = False) -> ListColumn:
    """A column whose example is the same in both languages."""
    return ListColumn(zh, en, meaning, is_needed, cells, cells)


_ITEM = ("公共场所卫生许可",) * 3
_ITEM_EN = ("Hygiene licence",) * 3
FORMS = (
    ListForm(
        ListRole.ITEM_STEPS,
        _("Which steps an item officially has: tells steps that stand on no list, required ones that are missing, and wrong order."),
        (
            ListColumn("事项", "item", _("code of the item; its name where it has no code"), True, _ITEM, _ITEM_EN),
            ListColumn(
                "环节", "step", _("as the records call it"), True,
                ("受理", "现场核查", "决定"), ("Acceptance", "Site visit", "Decision"),
            ),
            ListColumn(
                "必经", "required", _("yes or no; without the column every step is required"), False,
                ("是", "否", "是"), ("yes", "no", "yes"),
            ),
            _plain("权重", "weight", _("how much it weighs if it is missing; empty is 1"), "1", "1", "2"),
            ListColumn(
                "先行环节", "after", _("steps that must come before, with a semicolon between them"), False,
                ("", "受理", "受理；现场核查"), ("", "Acceptance", "Acceptance; Site visit"),
            ),
            ListColumn(
                "依据", "basis", _("what the step rests on"), False,
                ("行政许可法 32", "", "行政许可法 42"), ("Licensing Act 32", "", "Licensing Act 42"),
            ),
        ),
    ),
    ListForm(
        ListRole.LEADERS,
        _("Whose signature a case waits for: tells waiting for a signature from other waiting."),
        (
            _plain("机关", "agency", _("code of the agency"), "11330000001", "11330000002", is_needed=True),
            _plain("办理人", "handler", _("as the records of the steps have it"), "A017", "B003", is_needed=True),
        ),
    ),
    ListForm(
        ListRole.CASE_PAPERS,
        _("Which papers an applicant was asked for: tells where the same paper is asked for again."),
        (
            _plain("办件编号", "case_id", _("number of the case"), "2026-0481", "2026-0481", is_needed=True),
            ListColumn(
                "材料", "paper", _("what was asked for"), True, ("营业执照复印件", "健康证明"), ("Business licence", "Health certificate")
            ),
            _plain("要求日期", "asked_on", _("on which day"), "2026-03-02", "2026-03-09"),
        ),
    ),
    ListForm(
        ListRole.DIRECTIVES,
        _("How directives pass from level to level, a row a level: tells at which level they lie, and what is added on the way."),
        (
            _plain("督办件", "directive", _("number of the directive"), "2026-07", "2026-07", is_needed=True),
            _plain("层级", "level_no", _("1 is the level that issued it"), "1", "2", is_needed=True),
            ListColumn("层级名称", "level_name", _("name of the level"), False, ("县政府", "县直部门"), ("County", "Department")),
            _plain("单位", "agency", _("code of the body that has it"), "11330000001", "11330000002"),
            _plain("收到时间", "arrived_at", _("when it came in"), "2026-03-02 09:30", "2026-03-04 10:00", is_needed=True),
            _plain("签收时间", "read_at", _("when it was signed for"), "2026-03-02 10:00", "2026-03-09 09:00"),
            _plain("分解时间", "split_at", _("when it was divided into tasks"), "2026-03-03 11:00", "2026-03-12 15:00"),
            _plain("转出时间", "passed_at", _("when it was passed on; at the last level, acted on"), "2026-03-04 10:00", "", is_needed=True),
            _plain("时限", "limit_on", _("by which day"), "2026-04-10", "2026-04-03"),
            _plain("目标数", "targets", _("how many targets it names"), "3", "4"),
        ),
    ),
)  # fmt: skip
BY_ROLE = {str(form.role): form for form in FORMS}
