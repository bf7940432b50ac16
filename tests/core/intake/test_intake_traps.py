"""The traps of the records themselves: each has cost somebody a wrong figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from xiaoneng.core.errors import MappingError, ProfileError
from xiaoneng.core.intake import Batch, codes, summarise

Reader = Callable[..., Batch]
Told = Callable[[Batch], list[tuple[int, str]]]
ACCEPT = "row_guid,project_no,org_code,org_name,task_code,task_name,project_type,apply_date,accept_date,promise_date,cd_time\n"
BASIC = "ORGBUSNO,ACCEPTDEPTID,APPROVALTYPE,ACCEPTTIME,PROMISETIMELIMIT,PROMISETIMEUNIT,DATAVER\n"
RATINGS = "projectno,deptcode,evalevel,isdefault,effectivevalua,assesstime,assessnumber\n"


def accepted(*rows: str) -> str:
    return ACCEPT + "".join(f"{row}\n" for row in rows)


def reasons(batch: Batch) -> list[tuple[str, int, str]]:
    return [(row["subject"], row["line"], row["reason"]) for row in batch.set_aside.rows()]


ONE = "g1,P1,A,住建局,T1,施工许可,2,2026-03-02 09:00,2026-03-03 09:00,2026-03-20,2026-03-03 10:00"


def test_the_exchange_tables_are_read_together_and_orphans_are_named(imported: Reader) -> None:
    batch = imported(
        {
            "up_pro_accept.csv": accepted(ONE, ONE.replace("g1,P1,A", "g2,P2,B")),
            "up_pro_result.csv": "project_no,result_type,result_date,cd_time\nP1,准予许可,2026-03-09,2026-03-09 11:00\n"
            "P9,办结,2026-03-09,2026-03-09 11:00\n",
            "up_pro_process.csv": "row_guid,project_no,process_name,event_start_time,event_end_time,handle_user_name,cd_time\n"
            "p1,P1,受理,2026-03-03 09:00,2026-03-03 09:00,张,\np2,P8,受理,2026-03-03 09:00,2026-03-03 09:10,张,\n",
            "up_pro_special_procedure.csv": "row_guid,project_no,special_type,special_name,special_reason,special_time,end_time\n"
            "s1,P1,听证,听证,听证,2026-03-04,2026-03-06\ns2,P7,听证,听证,听证,2026-03-04,\ns3,P1,补正,补正,补正,2026-03-08,2026-03-07\n",
            "up_pro_material.csv": "project_no,material_name\nP1,申请表\n",
        }
    )
    assert batch.profile.name == "up_pro"
    found = summarise(batch)
    assert (found["cases"], found["events"], found["ended"], found["open"]) == (2, 1, 1, 1)
    assert sorted(reasons(batch)) == [
        ("pauses", 3, "no_such_case"),
        ("pauses", 4, "pause_ends_before_it_starts"),
        ("results", 3, "no_such_case"),
        ("steps", 3, "no_such_case"),
    ]
    assert [(row["ground"], str(row["ended_on"])) for row in batch.pauses.rows()] == [("hearing", "2026-03-06")]
    assert batch.report.can_be_imported
    assert "intake.left_out" in [code for code, _ in batch.report.warnings]


def test_a_table_of_results_alone_asks_for_its_cases(imported: Reader) -> None:
    with pytest.raises(MappingError, match="no table of cases"):
        imported({"up_pro_result.csv": "project_no,result_date\nP1,2026-03-09\n"})


def test_numbers_that_collide_between_agencies_stay_apart(imported: Reader) -> None:
    other = ONE.replace("g1,P1,A,住建局", "g2,P1,B,民政局")
    batch = imported(
        {
            "up_pro_accept.csv": accepted(ONE, other),
            "up_pro_result.csv": "project_no,org_code,result_date\nP1,B,2026-03-09\nP1,,2026-03-10\n",
        }
    )
    ended = {row["agency"]: row["concluded_on"] for row in batch.cases.rows()}
    assert ended == {"A": None, "B": date(2026, 3, 9)}
    assert reasons(batch) == [("results", 3, "ambiguous_case_no")]


def test_of_a_record_sent_again_the_newest_version_holds(imported: Reader) -> None:
    """Version 10 is newer than 9, though its text sorts before it; the lines of the older ones are kept."""
    rows = [
        "X1,A,2,2026-03-02,10,1,9",
        "X1,A,2,2026-03-02,20,1,10",
        "X1,A,2,2026-03-02,15,1,2",
        "X1,A,2,2026-03-02,20,1,10",
    ]
    batch = imported({"ea_jc_step_basicinfo.csv": BASIC + "".join(f"{row}\n" for row in rows)})
    (case,) = batch.cases.rows()
    assert (case["promised_limit"], case["promised_unit"], case["case_kind"]) == (20, "workday", "promised_case")
    assert sorted(reason for _, _, reason in reasons(batch)) == ["duplicate_row", "superseded", "superseded"]


def test_rows_of_the_same_number_with_nothing_to_tell_them_apart_are_reported(imported: Reader, told: Told) -> None:
    table = "办件编号,受理部门,受理时间\n1,A,2026-03-02\n1,A,2026-03-05\n1,A,2026-03-02\n"
    batch = imported({"cases.csv": table})
    assert [str(row["received_on"]) for row in batch.cases.rows()] == ["2026-03-02"]
    assert told(batch) == [(3, "duplicate_key"), (4, "duplicate_row")]


def test_an_end_equal_to_its_start_is_unknown_where_the_source_fills_it_so(imported: Reader) -> None:
    steps = "ORGBUSNO,SN,NODENAME,NODETYPE,NODESTARTTIME,NODEENDTIME\n"
    times = "X1,1,受理,1,2026-03-02 09:00,2026-03-02 09:00\nX1,2,审核,2,2026-03-02 09:00,2026-03-02 09:30\n"
    batch = imported(
        {"ea_jc_step_basicinfo.csv": BASIC + "X1,A,2,2026-03-02,10,1,1\n", "ea_jc_step_proc.csv": steps + times}
    )
    assert [row["ended_at"] is None for row in batch.steps.rows()] == [True, False]


def test_codes_mean_what_their_source_says_and_the_version_is_shown(imported: Reader) -> None:
    """DONERESULT 1 and 6 changed their meaning between versions of the same layout."""
    files = {
        "ea_jc_step_basicinfo.csv": BASIC + "X1,A,2,2026-03-02,10,1,1\nX2,A,1,2026-03-02,10,2,1\n",
        "ea_jc_step_done.csv": "ORGBUSNO,DONERESULT,OCCURTIME\nX1,1,2026-03-05\nX2,6,2026-03-05\n",
    }
    older = imported(files)
    newer = imported(files, code_versions=(("ea_jc_outcome", "newer"),))
    assert [row["outcome"] for row in older.cases.rows()] == ["withdrawn", "concluded"]
    assert [row["outcome"] for row in newer.cases.rows()] == ["refused", "not_accepted"]
    assert [row["promised_unit"] for row in older.cases.rows()] == ["workday", "day"]
    assert "intake.code_version" in [code for code, _ in older.report.warnings]
    with pytest.raises(ProfileError, match="no version"):
        imported(files, code_versions=(("ea_jc_outcome", "newest"),))


def test_a_code_changes_its_meaning_on_its_day_and_no_row_doubles(
    imported: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = codes.code_tables() | {
        name: {
            "source": "test",
            "versions": [
                {"version": "1", "to": date(2025, 12, 31), "codes": {"1": before}},
                {"version": "2", "from": date(2026, 1, 1), "codes": {"1": after}},
            ],
        }
        for name, before, after in (
            ("ea_jc_case_kind", "instant_case", "promised_case"),
            ("ea_jc_promised_unit", "day", "workday"),
            ("ea_jc_outcome", "withdrawn", "refused"),
        )
    }
    monkeypatch.setattr(codes, "code_tables", lambda: changed)
    batch = imported(
        {
            "ea_jc_step_basicinfo.csv": BASIC + "X1,A,1,2025-12-31,10,1,1\nX2,A,1,2026-01-01,10,1,1\n",
            "ea_jc_step_done.csv": "ORGBUSNO,DONERESULT,OCCURTIME\nX1,1,2025-12-31\nX2,1,2026-01-05\n",
        },
        code_versions=(("ea_jc_outcome", ""),),
    )
    seen = [(row["case_kind"], row["promised_unit"], row["outcome"]) for row in batch.cases.rows()]
    assert seen == [("instant_case", "day", "withdrawn"), ("promised_case", "workday", "refused")]


def test_default_ratings_are_kept_and_marked(imported: Reader, told: Told) -> None:
    rows = "P1,A,5,1,1,2026-03-02,1\nP1,A,2,0,1,2026-03-03,2\nP2,A,9,0,1,2026-03-03,1\nP3,A,4,是,1,2026-03-03,1\n"
    batch = imported({"evainstance.csv": RATINGS + rows})
    ratings = [(row["level"], row["is_default"]) for row in batch.service_ratings.rows()]
    assert sorted(ratings) == [(2, False), (4, True), (5, True)]
    assert told(batch) == [(4, "unknown_rating_level")]


def test_cases_whose_days_contradict_each_other_are_named_and_stay(imported: Reader, told: Told) -> None:
    table = "办件编号,受理部门,收件时间,受理时间,办结时间\n"
    rows = [
        "1,A,2026-03-05 10:00,2026-03-05 11:00,2026-03-04",  # ended the day before it came
        "2,A,2026-03-05 10:00,2026-03-05 11:00,2026-03-05",  # a day without a time: the same day is no contradiction
        "3,A,2026-03-05,2026-03-09,2026-03-06",
        "4,A,2026-03-05,2026-03-04,2026-03-06",
    ]
    batch = imported({"cases.csv": table + "\n".join(rows) + "\n"})
    assert told(batch) == [
        (2, "concluded_before_received"),
        (4, "accepted_after_concluded"),
        (5, "accepted_before_received"),
    ]
    assert batch.cases.count() == 4


def test_both_layouts_of_published_decisions_are_read(imported: Reader) -> None:
    new = "XK_XDR_MC,XK_XKWS,XK_WSH,XK_XKLB,XK_JDRQ,XK_XKJG,XK_XKJGDM,公示日期\n某公司,决定书,A〔2026〕1号,普通,2026/3/2,住建局,11,2026/3/5\n"
    old = "XK_WSH,XK_XMMC,XK_SPLB,XK_JDRQ,XK_XZJG,SJC\nB〔2016〕2号,项目,普通,2016-03-02,住建局,2016-03-04\n"
    fine = "CF_WSH,CF_CFMC,CF_JDRQ,CF_XZJG,CF_NR_FK,SJC\nC〔2016〕3号,罚款,2016-03-02,城管局,0.5,\n"
    found = [imported({"decisions.csv": text}).published_decisions.rows()[0] for text in (new, old, fine)]
    assert [(row["decision_no"], row["decision_kind"], str(row["published_on"])) for row in found] == [
        ("A〔2026〕1号", "licence", "2026-03-05"),
        ("B〔2016〕2号", "licence", "2016-03-04"),
        ("C〔2016〕3号", "penalty", "None"),
    ]
    assert found[2]["fine_yuan"] == 5000


def test_the_registry_of_items_keeps_its_codes_as_text(imported: Reader, told: Told) -> None:
    head = "实施编码,事项名称,实施主体,承诺办结时限,法定办结时限,办件类型\n"
    code = "0" * 31
    batch = imported(
        {"items.csv": f"{head}{code},施工许可,住建局,5个工作日,20个工作日,承诺件\n1.1E+30,x,y,,,\n合计,,,,,\n"}
    )
    (item,) = batch.service_items.rows()
    assert (item["service_item"], item["promised_limit"], item["statutory_limit"]) == (code, 5, 20)
    assert (item["promised_unit"], item["case_kind"]) == ("workday", "promised_case")
    assert told(batch) == [(3, "digits_lost"), (4, "note_row")]


def test_work_orders_of_the_hotline_have_a_layout_of_our_own(imported: Reader) -> None:
    """docs/methods/intake.md describes it."""
    head = "工单编号,来电时间,派单时间,承办单位,诉求分类,来源,办结时间,办理时限,截止时间\n"
    row = "GD1,2026-03-02 08:00,2026-03-02 09:30,住建局,供暖,电话,2026-03-05 10:00,5个工作日,2026-03-09 18:00\n"
    batch = imported({"orders.csv": head + row})
    assert batch.profile.name == "hotline"
    (case,) = batch.cases.rows()
    assert (case["case_no"], case["agency"], case["channel"]) == ("GD1", "住建局", "phone")
    assert f"{case['accepted_at']:%H:%M}" == "09:30"
    assert (case["promised_limit"], case["promised_unit"]) == (5, "workday")
    assert summarise(batch)["late_vs_deadline"] == {"n": 1, "late": 0}


def test_the_epoch_is_no_day_in_any_file(imported: Reader) -> None:
    """1970 in universal time or at local midnight is what systems write where nothing stands; the day after is a day."""
    ends = ("1970-01-01", "1970/1/1 0:00", "1970-01-01T00:00:00Z", "1970-01-01 08:00:00", "2026-03-05 10:00")
    rows = "".join(f"A{number},住建局,2026-03-02 09:00,{end}\n" for number, end in enumerate(ends))
    batch = imported({"cases.csv": "办件编号,部门名称,受理时间,办结时间\n" + rows})
    assert [row["concluded_on"] and str(row["concluded_on"]) for row in batch.cases.rows()] == [
        *[None] * 4,
        "2026-03-05",
    ]
    assert batch.report.reasons == []


def test_the_epoch_is_no_end_of_a_log_in_another_zone(imported: Reader) -> None:
    names = ("concept:name", "startdate", "enddate", "deadline", "channel", "department", "enddate_planned")
    head = ",".join(f"case:{name}" for name in names) + ",concept:name,time:timestamp,org:resource,org:group\n"
    row = "{0},2010-10-02,{1},2010-12-01,Desk,General,2010-11-01,A,2010-10-02T10:00:00+02:00,r,g\n"
    ends = ("2010-12-02", "1970-01-01T00:00:00+01:00", "1969-12-31 23:00:00+00:00")
    batch = imported({"log.csv": head + "".join(row.format(number, end) for number, end in enumerate(ends))})
    found = summarise(batch)
    assert batch.profile.name == "receipt"
    assert (found["ended"], found["open"], found["late_vs_deadline"]) == (1, 2, {"n": 1, "late": 1})


def test_coverage_names_late_records_and_missing_months(imported: Reader) -> None:
    later = ONE.replace("g1,P1", "g2,P2").replace("2026-03", "2026-05").replace("2026-05-03 10:00", "2026-05-08 10:00")
    batch = imported({"up_pro_accept.csv": accepted(ONE, later)})
    row: dict[str, Any] = next(row for row in batch.report.coverage if row["service_item"] is None)
    assert (row["months_missing"], row["missing_months"]) == (1, "2026-04")
    assert row["late_arrival_share"] == 0.5


def test_a_limit_without_a_unit_counts_working_days_and_one_that_cannot_be_read_is_listed(imported: Reader) -> None:
    """许可法 82: limits of licensing are working days where nothing else is said."""
    limits = ("5", "5个工作日", "5天", "十五", "3-5个工作日", "5周", "")
    rows = "".join(f"A{number},住建局,2026-03-02 09:00,{limit}\n" for number, limit in enumerate(limits))
    batch = imported({"cases.csv": "办件编号,部门名称,受理时间,承诺时限\n" + rows})
    found = [(row["promised_limit"], row["promised_unit"]) for row in batch.cases.rows()]
    assert found == [(5, "workday"), (5, "workday"), (5, "day"), *[(None, None)] * 4]
    listed = [(row["case_no"], row["reason"], row["column"], row["value"]) for row in batch.set_aside.rows()]
    assert listed == [
        ("A3", "unread_limit", "promised_limit", "十五"),
        ("A4", "unread_limit", "promised_limit", "3-5个工作日"),
        ("A5", "unread_limit", "promised_limit", "5周"),
    ]


def test_a_registry_item_whose_limit_cannot_be_read_is_listed(imported: Reader) -> None:
    rows = "S1,户口迁移,公安局,即时\nS2,补领,公安局,3\n"
    batch = imported({"items.csv": "事项编码,事项名称,部门名称,承诺时限\n" + rows})
    found = [(row["promised_limit"], row["promised_unit"]) for row in batch.service_items.rows()]
    assert found == [(None, None), (3, "workday")]
    assert [(row["case_no"], row["reason"]) for row in batch.set_aside.rows()] == [("S1", "unread_limit")]
