"""What the law packs say, one rule a test. Expected values are read off the articles themselves."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoneng.core.errors import LawError
from xiaoneng.core.law import describe, describe_readings, load_pack, rule
from xiaoneng.core.terms import PauseGround, StartEvent, Unit

# rule | starts with | limit | unit | extension
# 许可法 32, 42-44, 47, 48, 50, 55; 处罚法 36, 48, 54, 56, 60, 61, 64, 67, 71, 85
# 信访工作条例 22, 23, 34-36; 政府信息公开条例 26, 30, 32-34
# 行政复议法 20, 30-32, 48, 51, 54, 62, 76, 88; 济南 24; 潍坊 20; 安阳 39, 40, 42, 50, 52; 北京 13
LIMITS = """
cn.licence_decision                | accepted  | 20 | workday | 10 workday
cn.licence_joint_decision          | accepted  | 45 | workday | 15 workday
cn.licence_first_review            | accepted  | 20 | workday |
cn.licence_not_a_matter            | received  | 0  | workday |
cn.licence_correction_notice       | received  | 5  | workday |
cn.licence_inspection_assignment   | accepted  | 5  | workday |
cn.licence_delivery                | decided   | 10 | workday |
cn.licence_hearing_request         | notified  | 5  | workday |
cn.licence_hearing_hold            | requested | 20 | workday |
cn.licence_hearing_notice          | hearing   | 7  | workday |
cn.licence_renewal_request         | expires   | 30 | workday |
cn.licence_renewal                 | expires   | 0  | day     |
cn.penalty_filing                  | known     |    | workday |
cn.penalty_evidence_custody        | decided   | 7  | workday |
cn.penalty_decision                | filed     | 90 | day     |
cn.penalty_decision_market         | filed     | 90 | day     | 30 day
cn.penalty_delivery                | decided   | 7  | workday |
cn.penalty_hearing_request         | notified  | 5  | workday |
cn.penalty_hearing_notice          | hearing   | 7  | workday |
cn.penalty_publication_withdrawal  | decided   | 3  | workday |
cn.penalty_fine_handover           | collected | 2  | workday |
cn.penalty_fine_deposit            | received  | 2  | workday |
cn.penalty_fine_payment            | delivered | 15 | day     |
cn.penalty_limitation              | committed | 2  | year    |
cn.penalty_limitation_safety       | committed | 5  | year    |
cn.petition_registration           | received  | 15 | day     |
cn.petition_notice                 | received  | 15 | day     |
cn.petition_notice_transferred     | assigned  | 15 | day     |
cn.petition_objection              | assigned  | 5  | workday |
cn.petition_handling               | accepted  | 60 | day     | 30 day
cn.petition_review_request         | delivered | 30 | day     |
cn.petition_review                 | received  | 30 | day     |
cn.petition_re_review_request      | delivered | 30 | day     |
cn.petition_re_review              | received  | 30 | day     |
cn.disclosure_active               | decided   | 20 | workday |
cn.disclosure_correction_notice    | received  | 7  | workday |
cn.disclosure_answer               | received  | 20 | workday | 20 workday
cn.disclosure_third_party_opinion  | delivered | 15 | workday |
cn.disclosure_other_agency_opinion | delivered | 15 | workday |
cn.reconsideration_request         | known     | 60 | day     |
cn.reconsideration_request_untold  | known     | 1  | year    |
cn.reconsideration_bar             | decided   | 5  | year    |
cn.reconsideration_admissibility   | received  | 5  | workday |
cn.reconsideration_correction_notice | received | 5 | workday |
cn.reconsideration_correction      | delivered | 10 | workday |
cn.reconsideration_forwarding      | received  | 5  | workday |
cn.reconsideration_copy            | accepted  | 7  | workday |
cn.reconsideration_answer          | delivered | 10 | workday |
cn.reconsideration_simple_copy     | accepted  | 3  | workday |
cn.reconsideration_simple_answer   | delivered | 5  | workday |
cn.reconsideration_hearing_notice  | hearing   | 5  | workday |
cn.reconsideration_decision        | accepted  | 60 | day     | 30 day
cn.reconsideration_simple_decision | accepted  | 30 | day     |
cn.reconsideration_opinion_report  | delivered | 60 | day     |
cn-jinan.hotline_answer            | assigned  | 5  | workday |
cn-weifang.hotline_answer          | assigned  | 5  | workday |
cn-anyang.hotline_answer           | assigned  | 5  | workday | 5 workday
cn-anyang.hotline_return           | assigned  | 24 | hour    |
cn-anyang.online_examination       | received  | 1  | workday |
cn-anyang.company_opening          | received  | 1  | workday |
cn-anyang.property_registration    | accepted  | 1  | workday | 2 workday
cn-anyang.rating_contact           | received  | 1  | workday |
cn-beijing.hotline_answer          | assigned  |    | workday |
cn-chongqing.enforcement_complaint | received  | 15 | workday |
nl.permit_decision                 | received  | 56 | day     | 42 day
nl.permit_decision_awb             | received  | 56 | day     |
it.fine_payment                    | notified  | 60 | day     |
it.fine_notification               | filed     | 90 | day     |
"""
ROWS = [[part.strip() for part in line.split("|")] for line in LIMITS.splitlines() if line.strip()]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_limit_is_the_one_of_its_article(row: list[str]) -> None:
    name, starts_with, limit, unit, extension = row
    found = rule(name)
    assert found.starts_with == StartEvent(starts_with)
    assert found.limit == (int(limit) if limit else None)
    assert found.unit == Unit(unit)
    length, extension_unit = (found.extension_limit, found.extension_unit)
    assert f"{length} {extension_unit}" == (extension or "None None")


def test_no_rule_is_left_out_of_the_table_above() -> None:
    packs = {name.partition(".")[0] for name, *_ in ROWS}
    assert sorted(name for pack in packs for name in load_pack(pack).versions) == sorted(name for name, *_ in ROWS)


def test_the_licence_clock_stops_on_the_eight_grounds_of_article_45_and_only_with_written_notice() -> None:
    """听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审; 行政机关应当将所需时间书面告知申请人."""
    eight = ["hearing", "tender", "auction", "examination", "testing", "quarantine", "appraisement", "expert_review"]
    for name in ("cn.licence_decision", "cn.licence_joint_decision", "cn.licence_first_review"):
        found = rule(name)
        assert list(found.pause_grounds) == [PauseGround(ground) for ground in eight]
        assert found.pause_notice_required


def test_waiting_for_corrections_does_not_stop_the_licence_clock() -> None:
    """补正 comes before acceptance, and the clock runs from acceptance."""
    assert PauseGround.SUPPLEMENT not in rule("cn.licence_decision").pause_grounds


def test_asking_third_parties_and_other_agencies_stops_the_disclosure_clock() -> None:
    """条例 33: 征求第三方和其他机关意见所需时间不计算; 30: 答复期限自收到补正的申请之日起计算."""
    found = rule("cn.disclosure_answer")
    assert set(found.pause_grounds) == {PauseGround.THIRD_PARTY_OPINION, PauseGround.OTHER_AGENCY_OPINION}
    assert found.restarts_on_supplement


def test_only_the_hearing_is_left_out_of_the_petition_re_review() -> None:
    """条例 36: 听证所需时间不计算在前款规定的期限内; the review (35) says nothing of the kind."""
    assert rule("cn.petition_re_review").pause_grounds == (PauseGround.HEARING,)
    assert rule("cn.petition_review").pause_grounds == ()


def test_silence_means_acceptance_from_receipt_for_a_licence_and_from_the_limits_end_for_a_reconsideration() -> None:
    """许可法 32(4): 自收到申请材料之日起即为受理. 复议法 30: 审查期限届满之日起视为受理."""
    licence, reconsideration = rule("cn.licence_correction_notice"), rule("cn.reconsideration_admissibility")
    assert (licence.deemed_outcome, licence.deemed_from) == ("deemed_accepted", "start")
    assert (reconsideration.deemed_outcome, reconsideration.deemed_from) == ("deemed_accepted", "limit_end")


def test_silence_on_a_renewal_means_renewal_on_expiry_and_a_rest_day_moves_nothing() -> None:
    """许可法 50: 有效期届满前作出; 逾期未作决定的，视为准予延续."""
    found = rule("cn.licence_renewal")
    assert (found.deemed_outcome, found.deemed_from, found.rolls_over) == ("deemed_renewed", "limit_end", False)


def test_notices_before_an_event_count_back_from_it() -> None:
    backwards = {name for pack in ("cn",) for name, found in load_pack(pack).rules.items() if found.counts_backwards}
    assert backwards == {
        "cn.licence_hearing_notice",
        "cn.licence_renewal_request",
        "cn.penalty_hearing_notice",
        "cn.reconsideration_hearing_notice",
    }


def test_a_limit_of_the_applicant_is_no_fault_of_the_agency() -> None:
    """Who must ask, correct or pay in time is the other side; passing such a limit draws no card."""
    others = {
        name
        for pack in ("cn", "cn-anyang", "cn-beijing", "cn-chongqing", "cn-jinan", "cn-weifang", "nl", "it")
        for name, found in load_pack(pack).rules.items()
        if not found.binds_agency
    }
    assert others == {
        "cn.licence_hearing_request",
        "cn.licence_renewal_request",
        "cn.penalty_hearing_request",
        "cn.penalty_fine_payment",
        "cn.penalty_limitation",
        "cn.penalty_limitation_safety",
        "cn.petition_review_request",
        "cn.petition_re_review_request",
        "cn.disclosure_third_party_opinion",
        "cn.reconsideration_request",
        "cn.reconsideration_request_untold",
        "cn.reconsideration_bar",
        "cn.reconsideration_correction",
        "it.fine_payment",
    }


def test_no_rule_counts_its_first_day() -> None:
    """民法典 201: 开始的当日不计入, by analogy where a law is silent."""
    assert not any(found.counts_first_day for pack in ("cn", "nl", "it") for found in load_pack(pack).rules.values())


def test_only_limits_in_days_months_and_years_roll_over() -> None:
    """民法典 203. A working-day limit cannot end on a rest day, and hours run on."""
    assert not rule("cn.licence_decision").rolls_over
    assert rule("cn.penalty_decision").rolls_over
    assert not rule("cn-anyang.hotline_return").rolls_over


def test_what_was_not_read_in_its_source_is_marked_unconfirmed() -> None:
    """行政处罚法's market-supervision rules, Chongqing, the Netherlands and Italy."""
    marked = {
        name
        for pack in ("cn", "cn-anyang", "cn-beijing", "cn-chongqing", "cn-jinan", "cn-weifang", "nl", "it")
        for name, found in load_pack(pack).rules.items()
        if not found.is_confirmed
    }
    assert marked == {
        "cn.penalty_decision_market",
        "cn-chongqing.enforcement_complaint",
        "nl.permit_decision",
        "nl.permit_decision_awb",
        "it.fine_payment",
        "it.fine_notification",
    }
    assert not any(load_pack(pack).is_confirmed for pack in ("cn-chongqing", "nl", "it"))


def test_a_pack_names_its_zone_its_calendar_and_the_rule_it_takes_by_default() -> None:
    drawn = """
        cn        | Asia/Shanghai    | cn | cn.licence_decision
        cn-jinan  | Asia/Shanghai    | cn | cn-jinan.hotline_answer
        nl        | Europe/Amsterdam | nl | nl.permit_decision
        it        | Europe/Rome      | it | it.fine_payment
        """
    for line in filter(str.strip, drawn.splitlines()):
        name, zone, calendar, default_rule = (part.strip() for part in line.split("|"))
        pack = load_pack(name)
        assert (pack.zone, pack.calendar, pack.default_rule) == (zone, calendar, default_rule)


def test_a_rule_says_itself_in_chinese_and_english() -> None:
    assert describe(rule("cn.penalty_decision")) == "行政处罚决定：自立案之日起90日。依据：《行政处罚法》第60条。"
    assert describe(rule("cn.petition_handling"), "en") == (
        "Handling of the petition: 60 calendar days from acceptance. With the approval of the head of the agency it may be "
        "extended by at most 30 calendar days. The reasons of the extension must be told. Basis: 信访工作条例, art. 34."
    )
    assert describe(rule("cn.licence_hearing_notice"), "en").startswith(
        "Notice before the hearing: at least 7 working days before the hearing."
    )
    assert describe(rule("cn-beijing.hotline_answer")).startswith("诉求办理：自派单之日起，法律未规定天数。")
    assert describe(rule("nl.permit_decision"), "en").endswith("[unconfirmed]")
    assert "视为受理" in describe(rule("cn.licence_correction_notice"))
    assert "所需时间应当书面告知" in describe(rule("cn.licence_decision"))
    assert "重新计算" in describe(rule("cn.disclosure_answer"))
    assert "逾期不对机关亮牌" in describe(rule("cn.petition_review_request"))


def test_a_rule_prints_the_reading_it_takes() -> None:
    printed = describe_readings(rule("cn.licence_decision").readings)
    assert "中止的首日和末日照常计算，只扣除其间各日" in printed
    assert "A last day on a rest day does not move" in describe_readings(rule("cn.licence_renewal").readings, "en")


def test_the_version_in_force_on_the_day_is_taken() -> None:
    """行政处罚法 in its present form is in force since 15 July 2021; nothing acts backwards."""
    assert rule("cn.penalty_decision", on=date(2021, 7, 15)).limit == 90
    with pytest.raises(LawError, match="no version is in force on 2021-07-14; the first begins on 2021-07-15"):
        rule("cn.penalty_decision", on=date(2021, 7, 14))


def test_an_unknown_rule_or_pack_is_refused_with_those_that_come_near() -> None:
    with pytest.raises(LawError, match=r"no rule 'cn\.licence_decison'; did you mean cn\.licence_decision"):
        rule("cn.licence_decison")
    with pytest.raises(LawError, match=r"no rule 'licence_decision'; did you mean cn\.licence_decision"):
        rule("licence_decision")
    with pytest.raises(LawError, match="no law pack 'china'; there are cn, cn-anyang"):
        load_pack("china")
