"""Which shipped profile reads a file: recognised by its columns."""

from __future__ import annotations

import pytest

from xiaoneng.core.intake.profile import detect_profile

FILES = {
    "a hotline's table that also names item and department": (
        "case_table",
        ["办件编号", "部门代码", "部门名称", "事项编码", "事项名称", "收件时间", "受理时间", "办结时间"],
    ),
    "a table of acceptances only": ("case_table", ["办件编号", "受理部门", "事项名称", "受理时间", "办结时间"]),
    "a registry of items": ("items", ["事项编码", "事项名称", "部门名称", "法定时限"]),
    "the provincial catalogue": ("items", ["itemCode", "deptCode", "name"]),
    "a log without anything of its own": ("event_log", ["case_id", "activity", "timestamp"]),
    "the exchange tables": ("up_pro", ["project_no", "accept_date", "task_code"]),
    "published licences": ("shuanggongshi", ["XK_JDRQ", "XK_XKJG", "XK_WSH"]),
}


@pytest.mark.parametrize(("profile", "columns"), FILES.values(), ids=FILES)
def test_a_file_is_recognised_by_its_columns(profile: str, columns: list[str]) -> None:
    found = detect_profile([(columns, "export.csv")])
    assert found is not None
    assert found.name == profile


def test_columns_that_nobody_knows_are_left_to_the_user() -> None:
    assert detect_profile([(["颜色", "重量"], "export.csv")]) is None
