"""The county's records in the national exchange format (up_pro_*), and the registry of its items."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from .days import Ints, Moments
from .draw import ACCEPTANCE, DECISION, EXPERTS, INSTANT, NOTICE, RECEIPT, REVIEW, STEPS, Cases, Setting
from .faults import Planted

FORMATS = ("csv", "parquet")
_GROUNDS = ("专家评审", "检测", "检验", "鉴定", "听证")
_EVENTS = ("01", "02", "03", "04", "05", "06", "07", "08", "09")  # 业务动作, one a step
_HANDLERS_PER_OFFICE = 4


@dataclass(frozen=True)
class Records:
    """What the exchange tables are made of, cut off at the last day of the simulation."""

    case_nos: list[str]
    is_accepted: npt.NDArray[np.bool_]
    is_ended: npt.NDArray[np.bool_]
    tables: dict[str, pa.Table]


def records(setting: Setting, cases: Cases, planted: Planted, rng: np.random.Generator) -> Records:
    """Every exchange table of the county as it stood on the evening of the last day."""
    maker = _Maker(setting, cases, planted, rng)
    return Records(
        case_nos=maker.case_nos,
        is_accepted=maker.is_accepted,
        is_ended=maker.is_ended,
        tables={
            "up_task_general_basic": maker.items(),
            "up_pro_accept": maker.accepts(),
            "up_pro_process": maker.processes(),
            "up_pro_special_procedure": maker.special_procedures(),
            "up_pro_result": maker.results(),
        },
    )


def write_tables(tables: dict[str, pa.Table], folder: Path, file_format: str) -> list[Path]:
    """Write each table as one file; the same tables give the same bytes."""
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.{file_format}"
        if file_format == "csv":
            pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="needed"))
        else:
            pyarrow.parquet.write_table(table, path, compression="zstd")
        paths.append(path)
    return paths


class _Maker:
    def __init__(self, setting: Setting, cases: Cases, planted: Planted, rng: np.random.Generator) -> None:
        self.setting, self.cases, self.planted, self.rng = setting, cases, planted, rng
        self.county = setting.county
        self.until = np.datetime64(setting.end_on, "s") + np.timedelta64(18 * 3600, "s")
        self.case_nos = self._numbers()
        self.accepted_at = self._after(setting.days.moments(cases.accepted), cases.received_at)
        self.true_at = setting.days.moments(planted.true_concluded)
        self.concluded_at = self._after(setting.days.moments(cases.concluded), self.accepted_at)
        self.is_accepted = self.accepted_at <= self.until
        self.is_ended = (self.concluded_at <= self.until) & (self.true_at <= self.until) & ~cases.is_never_ended
        self.lag = np.ceil(cases.recorded_lag_hours * 3600).astype("timedelta64[s]")
        monthly = np.isin(cases.agency, setting.roles.of("records_sent_monthly"))
        self.is_monthly = monthly

    @staticmethod
    def _after(moments: Moments, floor: Moments) -> Moments:
        return np.asarray(np.maximum(moments, floor.astype("datetime64[m]").astype("datetime64[s]")))

    def _numbers(self) -> list[str]:
        """Case numbers: the agency, the day, and a running number of that day."""
        cases = self.cases
        day = cases.received_at.astype("datetime64[D]")
        key = cases.agency * 1_000_000 + day.astype(np.int64)
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
        starts = np.flatnonzero(first)
        running = np.arange(len(key)) - np.repeat(starts, np.diff(np.append(starts, len(key))))
        place = np.empty(len(key), np.int64)
        place[order] = running + 1
        days = [text.replace("-", "") for text in np.datetime_as_string(day).tolist()]
        numbers = [
            f"YS{agency + 1:02d}{text}{number:04d}"
            for agency, text, number in zip(cases.agency.tolist(), days, place.tolist(), strict=True)
        ]
        for one, other in self.planted.collided:
            numbers[other] = numbers[one]
        return numbers

    # -- columns that several tables share --------------------------------------------------------------------------

    def _guids(self, count: int) -> list[str]:
        text = self.rng.bytes(16 * count).hex()
        return [text[start : start + 32] for start in range(0, 32 * count, 32)]

    def _recorded(self, moments: Moments, places: Ints) -> Moments:
        """When the county's server took a record in."""
        usual = moments + self.lag[places]
        months = moments.astype("datetime64[M]") + np.timedelta64(1, "M")
        batch = months.astype("datetime64[D]") + np.timedelta64(4, "D")
        monthly = batch.astype("datetime64[s]") + np.timedelta64(2 * 3600 + 600, "s")
        return np.where(self.is_monthly[places], monthly, usual)

    def _sync(self, recorded: Moments, places: Ints, operation: str = "I") -> dict[str, Any]:
        batch = np.datetime_as_string(recorded.astype("datetime64[D]"))
        systems = [
            "县政务服务平台" if number % 5 else "部门自建系统" for number in range(len(self.county.agency_codes))
        ]
        return {
            "cd_operation": pa.array([operation] * len(places)),
            "cd_time": _moments(recorded),
            "cd_batch": pc.replace_substring(pa.array(batch.tolist()), "-", ""),
            "data_source": _taken(systems, self.cases.agency[places]),
        }

    def _agency(self, places: Ints) -> dict[str, Any]:
        agency = self.cases.agency[places]
        return {
            "org_name": _taken(self.county.agency_names, agency),
            "org_code": _taken(self.county.agency_codes, agency),
        }

    def _numbers_of(self, places: Ints) -> pa.Array:
        return pa.array(self.case_nos).take(pa.array(places))

    def _handlers(self, places: Ints, turn: Ints) -> pa.Array:
        """Accounts such as 办理员03-17: agency and running number, no person."""
        agency = self.cases.agency[places]
        office = self.county.item_office[self.cases.item[places]].astype(np.int64)
        number = office * _HANDLERS_PER_OFFICE + turn % _HANDLERS_PER_OFFICE
        names = [
            f"办理员{one:02d}-{other:02d}"
            for one in range(1, len(self.county.agency_codes) + 1)
            for other in range(1, 41)
        ]
        return _taken(names, agency * 40 + number)

    def _offices(self, places: Ints) -> pa.Array:
        flat = [office for offices in self.county.offices for office in offices]
        starts = np.cumsum([0, *(len(offices) for offices in self.county.offices)])[:-1]
        office = self.county.item_office[self.cases.item[places]]
        return _taken(flat, starts[self.cases.agency[places]] + office)

    # -- tables -----------------------------------------------------------------------------------------------------

    def items(self) -> pa.Table:
        county = self.county
        count = len(county.item_codes)
        agency = county.item_agency.astype(np.int64)
        return pa.table(
            {
                "catalog_code": pa.array(county.item_catalog_codes),
                "task_code": pa.array(county.item_codes),
                "task_handle_item": pa.array([code + "01" for code in county.item_codes]),
                "task_name": pa.array(county.item_names),
                "task_state": pa.array(["1"] * count),
                "task_type": pa.array(["01"] * count),
                "task_version": pa.array(["1"] * count),
                "use_level": pa.array(["4"] * count),
                "dept_code": _taken(county.agency_codes, agency),
                "dept_name": _taken(county.agency_names, agency),
                "anticipate_day": pa.array(county.item_statutory),
                "anticipate_type": pa.array(["工作日" if unit == "workday" else "自然日" for unit in county.item_unit]),
                "promise_day": pa.array(county.item_promised),
                "promise_type": pa.array(["工作日"] * count),
                "project_type": pa.array(["1" if kind == INSTANT else "2" for kind in county.item_kind.tolist()]),
                "plan_effective_date": pa.array([f"{self.setting.start_on.year - 1}-01-01"] * count),
            }
        )

    def accepts(self) -> pa.Table:
        cases, county, days = self.cases, self.county, self.setting.days
        count = len(cases)
        every = np.arange(count)
        accepted_at = self.accepted_at.copy()
        turned = self.planted.accepted_after_concluded
        accepted_at[turned] = self.concluded_at[turned] + np.timedelta64(3, "D")
        # The platform moves the promised day by what a lawful stop takes, the days strictly inside it.
        inside = np.where(cases.pause_from >= 0, cases.pause_to - cases.pause_from - 1, 0)
        promise = days.dates(np.floor(cases.accepted).astype(np.int64) + cases.promised + inside)
        firm, outside = cases.is_firm, cases.is_outside
        names = [
            (f"外埠演示企业{n:06d}" if out else f"演示企业{n:06d}") if is_firm else f"申请人{n:06d}"
            for n, is_firm, out in zip(range(1, count + 1), firm.tolist(), outside.tolist(), strict=True)
        ]
        return pa.table(
            {
                "row_guid": pa.array(self._guids(count)),
                "project_no": pa.array(self.case_nos),
                "catalog_code": _taken(county.item_catalog_codes, cases.item),
                "task_code": _taken(county.item_codes, cases.item),
                "task_handle_item": _taken([code + "01" for code in county.item_codes], cases.item),
                "task_name": _taken(county.item_names, cases.item),
                "task_version": pa.array(["1"] * count),
                "applyer_name": pa.array(names),
                "applyer_type": _taken(["1", "2"], firm.astype(np.int64)),
                "applyer_page_type": _taken(["111", "001"], firm.astype(np.int64)),
                "applyer_page_code": pa.array([f"加密{text[:16]}" for text in self._guids(count)]),
                "apply_date": _moments(cases.received_at),
                "apply_type": _taken(["0", "1"], cases.is_online.astype(np.int64)),
                "address": _taken(["演示县", "外埠"], outside.astype(np.int64)),
                **self._agency(every),
                "handle_user_name": self._handlers(every, self.rng.integers(0, 4, count)),
                "accept_date": _moments(accepted_at, accepted_at <= self.until),
                "project_name": _taken(county.item_names, cases.item),
                "project_type": _taken(["2", "1"], (cases.kind == INSTANT).astype(np.int64)),
                "promise_date": _dates(promise, accepted_at <= self.until),
                **self._sync(self._recorded(np.minimum(self.accepted_at, self.until), every), every),
            }
        )

    def processes(self) -> pa.Table:
        cases, days = self.cases, self.setting.days
        starts, ends = cases.step_starts.copy(), cases.step_ends.copy()
        count = len(cases)
        start_at = np.stack([days.moments(np.nan_to_num(starts[:, step])) for step in range(len(STEPS))], axis=1)
        end_at = np.stack([days.moments(np.nan_to_num(ends[:, step])) for step in range(len(STEPS))], axis=1)
        received = cases.received_at
        start_at[:, RECEIPT] = received
        end_at[:, RECEIPT] = np.minimum(received + np.timedelta64(600, "s"), self.accepted_at)
        noticed_at = self._after(days.moments(np.nan_to_num(cases.notice)), received)
        start_at[:, NOTICE], end_at[:, NOTICE] = noticed_at, noticed_at
        resubmitted_at = self._after(days.moments(np.nan_to_num(cases.resubmitted)), noticed_at)
        has_notice = ~np.isnan(cases.notice)
        start_at[:, ACCEPTANCE] = np.minimum(np.where(has_notice, resubmitted_at, received), self.accepted_at)
        end_at[:, ACCEPTANCE] = self.accepted_at
        start_at[:, REVIEW:] = np.maximum(start_at[:, REVIEW:], self.accepted_at[:, None])
        end_at[:, REVIEW:] = np.maximum(end_at[:, REVIEW:], self.accepted_at[:, None])
        lazy = np.isin(cases.agency, self.setting.roles.of("end_equals_start"))
        end_at = np.where(lazy[:, None], start_at, end_at)
        has = ~np.isnan(starts)
        has[cases.is_never_ended, DECISION:] = False  # the file lies on a desk
        has &= start_at <= self.until
        place, step = np.nonzero(has)
        started, ended = start_at[place, step], end_at[place, step]
        done = ended <= self.until
        done &= ~(cases.is_never_ended[place] & (step >= EXPERTS))
        recorded = self._recorded(np.where(done, ended, started), place)
        backdated = cases.is_backdated[place] & (step >= DECISION)
        recorded = np.where(backdated, self.true_at[place] + self.lag[place], recorded)
        turn = self.rng.integers(0, 4, count)[place] + np.where(step == DECISION, 1, 0)
        names = np.where((cases.kind[place] == INSTANT) & (step == DECISION), len(STEPS), step)
        return pa.table(
            {
                "row_guid": pa.array(self._guids(len(place))),
                "project_no": self._numbers_of(place),
                **self._agency(place),
                "process_name": _taken([*STEPS, "审核办结"], names),
                "event_name": _taken(_EVENTS, step),
                "event_start_time": _moments(started),
                "event_end_time": _moments(ended, done),
                "dept_name": self._offices(place),
                "handle_user_name": self._handlers(place, turn),
                "handle_explain": _taken(["", "同意"], (step == DECISION).astype(np.int64)),
                **self._sync(recorded, place),
            }
        )

    def special_procedures(self) -> pa.Table:
        """Stops of the clock: corrections, lawful pauses with their notice, and stops without ground or notice."""
        cases, days = self.cases, self.setting.days
        noticed = np.flatnonzero(~np.isnan(cases.notice))
        paused = np.flatnonzero(cases.pause_from >= 0)
        fake, asked = self.planted.fake_paused, self.planted.supplemented
        place = np.concatenate((noticed, paused, fake, asked))
        opens = np.concatenate(
            (
                self._after(days.moments(cases.notice[noticed]), cases.received_at[noticed]),
                days.dates(cases.pause_from[paused]).astype("datetime64[s]") + np.timedelta64(34200, "s"),
                days.dates(self.planted.fake_from).astype("datetime64[s]") + np.timedelta64(58200, "s"),
                days.dates(self.planted.supplemented_from).astype("datetime64[s]") + np.timedelta64(36000, "s"),
            )
        )
        closes = np.concatenate(
            (
                days.moments(cases.resubmitted[noticed]),
                days.dates(cases.pause_to[paused]).astype("datetime64[s]") + np.timedelta64(36000, "s"),
                days.dates(self.planted.fake_to).astype("datetime64[s]") + np.timedelta64(31200, "s"),
                days.dates(self.planted.supplemented_to).astype("datetime64[s]") + np.timedelta64(32400, "s"),
            )
        )
        closes = np.maximum(closes, opens)
        fill = [np.full(len(noticed), 5), cases.pause_ground[paused], np.full(len(fake), 6), np.full(len(asked), 5)]
        kind = np.concatenate(fill)
        names = [*_GROUNDS, "补正", "其他"]
        reasons = [*(f"依法需要{ground}" for ground in _GROUNDS), "申请材料不齐全，一次性告知补正", "内部研究"]
        is_stop = np.concatenate((np.zeros(len(noticed), bool), np.ones(len(place) - len(noticed), bool)))
        told = (kind != 6) & ~(is_stop & np.isin(place, self.planted.unnoticed))
        notices = [f"演示告字〔{1000 + n}〕号" if is_told else "" for n, is_told in enumerate(told.tolist())]
        there = np.flatnonzero(opens <= self.until)
        there = there[np.argsort(place[there], kind="stable")]
        place, opens, closes, kind = place[there], opens[there], closes[there], kind[there]
        finished = closes <= self.until
        return pa.table(
            {
                "row_guid": pa.array(self._guids(len(place))),
                "project_no": self._numbers_of(place),
                **self._agency(place),
                "special_type": _taken(names, kind),
                "special_name": _taken(names, kind),
                "special_reason": _taken(reasons, kind),
                "special_time": _moments(opens),
                "end_time": _moments(closes, finished),
                "special_explain": pa.array(notices).take(pa.array(there)),
                "handle_user": self._handlers(place, self.rng.integers(0, 4, len(place))),
                **self._sync(self._recorded(np.where(finished, closes, opens), place), place),
            }
        )

    def results(self) -> pa.Table:
        cases = self.cases
        ended = np.flatnonzero(self.is_ended)
        place = np.concatenate((ended, self.planted.resent[self.is_ended[self.planted.resent]]))
        is_again = np.arange(len(place)) >= len(ended)
        order = np.lexsort((is_again, place))
        place, is_again = place[order], is_again[order]
        refused = cases.is_refused[place]
        silent = np.isin(cases.agency[place], self.setting.roles.of("refusals_without_reasons"))
        recorded = self._recorded(self.concluded_at[place], place)
        backdated = cases.is_backdated[place]
        recorded = np.where(backdated, self.true_at[place] + self.lag[place], recorded)
        recorded = np.where(is_again, recorded + np.timedelta64(30 * 3600, "s"), recorded)
        explain = np.where(refused, np.where(silent, 0, 2), 1)
        sync = self._sync(recorded, place)
        sync["cd_operation"] = _taken(["I", "U"], is_again.astype(np.int64))
        return pa.table(
            {
                "row_guid": pa.array(self._guids(len(place))),
                "project_no": self._numbers_of(place),
                **self._agency(place),
                "result_type": _taken(["准予许可", "不予许可"], refused.astype(np.int64)),
                "result_date": _moments(self.concluded_at[place]),
                "result_explain": _taken(["", "办结", "不符合法定条件，理由及救济途径已书面告知"], explain),
                "is_delivery_results": _taken(["0", "1"], (~refused).astype(np.int64)),
                "handle_user_name": self._handlers(place, self.rng.integers(0, 4, len(place))),
                **sync,
            }
        )


def _taken(names: list[str] | tuple[str, ...], places: npt.NDArray[Any]) -> pa.Array:
    return pa.array(list(names), pa.string()).take(pa.array(places.astype(np.int64)))


def _moments(moments: Any, there: Any = None) -> pa.Array:
    mask = None if there is None else ~there
    return pa.array(moments.astype("datetime64[s]"), pa.timestamp("s"), mask=mask)


def _dates(days: Moments, there: Any) -> pa.Array:
    return pa.array(days.astype("datetime64[D]"), pa.date32(), mask=~there)


__all__ = ["FORMATS", "Records", "records", "write_tables"]
