"""Words that several rooms share. Each value is the word in columns, files, URLs and tests (docs/glossary.toml)."""

from enum import StrEnum

FEWEST_DUE = 30  # of fewer limits a share says too little to be compared or drawn: they are told as a count


class Unit(StrEnum):
    """The unit of a limit (时限单位)."""

    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


class ClockState(StrEnum):
    """Where a legal clock stands on the day of judging (时限状态)."""

    RUNNING = "running"
    PAUSED = "paused"
    IN_TIME = "in_time"  # concluded in time
    LATE = "late"  # concluded late
    OPEN_LATE = "open_late"  # not concluded, and the limit has passed
    UNJUDGED = "unjudged"  # cannot be judged; the reason stands beside it


class Card(StrEnum):
    """The signal drawn on a case or a step (预警、黄牌、红牌)."""

    NONE = "none"
    EARLY_WARNING = "early_warning"
    YELLOW = "yellow"
    RED = "red"


class DayKind(StrEnum):
    """What a day is in a working calendar."""

    WORKDAY = "workday"
    MAKEUP_WORKDAY = "makeup_workday"  # 调休上班: a weekend day that is worked
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"  # 法定节假日 and the days off in lieu that its notice names


class CaseKind(StrEnum):
    """办件类型."""

    INSTANT = "instant_case"  # 即办件
    PROMISED = "promised_case"  # 承诺件
    JOINT = "joint_case"  # 联办件
    FORWARDED = "forwarded_case"  # 上报件


class Outcome(StrEnum):
    """How a case ended (办结结果)."""

    GRANTED = "granted"
    REFUSED = "refused"  # 不予许可
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    WITHDRAWN = "withdrawn"  # 退件、撤回
    VOID = "void"  # 作废、删除
    FORWARDED = "forwarded"  # 转报
    CONCLUDED = "concluded"  # 办结, no more is known


class PauseGround(StrEnum):
    """Why a clock was stopped (中止计时的事由). The first eight are those of 行政许可法 art. 45."""

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    EXAMINATION = "examination"  # 检验; `inspection` is 督查
    TESTING = "testing"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISEMENT = "appraisement"  # 鉴定
    EXPERT_REVIEW = "expert_review"  # 专家评审
    SUPPLEMENT = "supplement"  # 补正
    THIRD_PARTY_OPINION = "third_party_opinion"  # 征求第三方意见
    OTHER_AGENCY_OPINION = "other_agency_opinion"  # 征求其他机关意见
    PUBLICITY = "publicity"  # 公示
    VERIFICATION = "verification"  # 核实
    SUSPENSION = "suspension"  # 挂起
    OTHER = "other"


class StartEvent(StrEnum):
    """The event from which a limit runs (起算点)."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    FILED = "filed"  # 立案
    DECIDED = "decided"
    REQUESTED = "requested"
    NOTIFIED = "notified"
    DELIVERED = "delivered"
    ASSIGNED = "assigned"  # 派单、转送
    KNOWN = "known"
    EXPIRES = "expires"
    HEARING = "hearing"  # the hearing itself: limits that count back from it
    COLLECTED = "collected"  # a fine taken on the spot
    COMMITTED = "committed"  # the act itself, or its end where it goes on


class FindingKind(StrEnum):
    """What a finding about where the time goes is about (发现的类型)."""

    SLOW_STEP = "slow_step"  # 环节偏慢
    SLOW_HANDOVER = "slow_handover"  # 移交偏慢
    HIDDEN_STEP = "hidden_step"  # 清单外环节
    PING_PONG = "ping_pong"  # 来回移送
    SIGNATURE_WAIT = "signature_wait"  # 等待签批
    OTHER_AGENCY_WAIT = "other_agency_wait"  # 等待其他机关
    REWORK = "rework"  # 重复办理
    NEEDLESS_STEP = "needless_step"  # 疑似多余环节


class Certainty(StrEnum):
    """How far a finding goes (把握程度)."""

    CONFIRMED = (
        "confirmed"  # it differs from its peers beyond chance and by more than the least effect, or stands in the list
    )
    CANDIDATE = "candidate"  # worth a look; nothing is claimed
