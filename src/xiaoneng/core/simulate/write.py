"""The county's records in the national exchange format (up_pro_*), and the registry of its items."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from .columns import Columns, after, dates_of, moments_of, taken
from .county import INSTANT
from .draw import Cases, Setting
from .faults import Planted
from .step_rows import Begun, step_rows
from .steps import ACCEPTANCE, DECISION, REVIEW

FORMATS = ("csv", "parquet")
_GROUNDS = ("专家评审", "检测", "检验", "鉴定", "听证")


@dataclass(frozen=True)
class Records:
    """What the exchange tables are made of, cut off at the last day of the simulation."""

    case_nos: list[str]
    is_accepted: npt.NDArray[np.bool_]
    is_ended: npt.NDArray[np.bool_]
    begun: Begun
    tables: dict[str, pa.Table]


def records(setting: Setting, cases: Cases, planted: Planted, rng: np.random.Generator) -> Records:
    """Every exchange table of the county as it stood on the evening of the last day."""
    columns = Columns.of(setting, cases, planted, rng)
    maker = _Maker(columns)
    items, accepts = maker.items(), maker.accepts()
    processes, begun = step_rows(columns)
    return Records(
        case_nos=columns.case_nos,
        is_accepted=columns.is_accepted,
        is_ended=columns.is_ended,
        begun=begun,
        tables={
            "up_task_general_basic": items,
            "up_pro_accept": accepts,
            "up_pro_process": processes,
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
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.setting, self.cases, self.planted = columns.setting, columns.cases, columns.planted
        self.county = columns.setting.county

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
                "dept_code": taken(county.agency_codes, agency),
                "dept_name": taken(county.agency_names, agency),
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
        accepted_at = self.columns.accepted_at.copy()
        turned = self.planted.accepted_after_concluded
        accepted_at[turned] = self.columns.concluded_at[turned] + np.timedelta64(3, "D")
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
                "row_guid": self.columns.guids(count),
                "project_no": self.columns.numbers,
                "catalog_code": taken(county.item_catalog_codes, cases.item),
                "task_code": taken(county.item_codes, cases.item),
                "task_handle_item": taken([code + "01" for code in county.item_codes], cases.item),
                "task_name": taken(county.item_names, cases.item),
                "task_version": pa.array(["1"] * count),
                "applyer_name": pa.array(names),
                "applyer_type": taken(["1", "2"], firm.astype(np.int64)),
                "applyer_page_type": taken(["111", "001"], firm.astype(np.int64)),
                "applyer_page_code": pc.binary_join_element_wise(
                    "加密", pc.utf8_slice_codeunits(self.columns.guids(count), 0, 16), ""
                ),
                "apply_date": moments_of(cases.received_at),
                "apply_type": taken(["0", "1"], cases.is_online.astype(np.int64)),
                "address": taken(["演示县", "外埠"], outside.astype(np.int64)),
                **self.columns.agency(cases.agency),
                "handle_user_name": self.columns.handlers(every, ACCEPTANCE),
                "accept_date": moments_of(accepted_at, accepted_at <= self.columns.until),
                "project_name": taken(county.item_names, cases.item),
                "project_type": taken(["2", "1"], (cases.kind == INSTANT).astype(np.int64)),
                "promise_date": dates_of(promise, accepted_at <= self.columns.until),
                **self.columns.sync(
                    self.columns.recorded(np.minimum(self.columns.accepted_at, self.columns.until), every), every
                ),
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
                after(days.moments(cases.notice[noticed]), cases.received_at[noticed]),
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
        there = np.flatnonzero(opens <= self.columns.until)
        there = there[np.argsort(place[there], kind="stable")]
        place, opens, closes, kind = place[there], opens[there], closes[there], kind[there]
        finished = closes <= self.columns.until
        return pa.table(
            {
                "row_guid": self.columns.guids(len(place)),
                "project_no": self.columns.numbers_of(place),
                **self.columns.agency(cases.agency[place]),
                "special_type": taken(names, kind),
                "special_name": taken(names, kind),
                "special_reason": taken(reasons, kind),
                "special_time": moments_of(opens),
                "end_time": moments_of(closes, finished),
                "special_explain": pa.array(notices).take(pa.array(there)),
                "handle_user": self.columns.handlers(place, REVIEW),
                **self.columns.sync(self.columns.recorded(np.where(finished, closes, opens), place), place),
            }
        )

    def results(self) -> pa.Table:
        cases = self.cases
        ended = np.flatnonzero(self.columns.is_ended)
        place = np.concatenate((ended, self.planted.resent[self.columns.is_ended[self.planted.resent]]))
        is_again = np.arange(len(place)) >= len(ended)
        order = np.lexsort((is_again, place))
        place, is_again = place[order], is_again[order]
        refused = cases.is_refused[place]
        silent = np.isin(cases.agency[place], self.setting.roles.of("refusals_without_reasons"))
        recorded = self.columns.recorded(self.columns.concluded_at[place], place)
        backdated = cases.is_backdated[place]
        recorded = np.where(backdated, self.columns.true_at[place] + self.columns.lag[place], recorded)
        recorded = np.where(is_again, recorded + np.timedelta64(30 * 3600, "s"), recorded)
        explain = np.where(refused, np.where(silent, 0, 2), 1)
        sync = self.columns.sync(recorded, place)
        sync["cd_operation"] = taken(["I", "U"], is_again.astype(np.int64))
        return pa.table(
            {
                "row_guid": self.columns.guids(len(place)),
                "project_no": self.columns.numbers_of(place),
                **self.columns.agency(cases.agency[place]),
                "result_type": taken(["准予许可", "不予许可"], refused.astype(np.int64)),
                "result_date": moments_of(self.columns.concluded_at[place]),
                "result_explain": taken(["", "办结", "不符合法定条件，理由及救济途径已书面告知"], explain),
                "is_delivery_results": taken(["0", "1"], (~refused).astype(np.int64)),
                "handle_user_name": self.columns.handlers(place, DECISION),
                **sync,
            }
        )


__all__ = ["FORMATS", "Records", "records", "write_tables"]
