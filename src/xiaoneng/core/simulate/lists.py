"""What lies beside the records: the official steps of every item, who signs, and the directives passed down the levels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from ..tables import DIRECTIVE_STAGES
from .columns import taken
from .county import COMPLEX, INSTANT, STANDARD, credit_code
from .days import Moments
from .draw import Setting
from .staff import Staff

FOLDER = "lists"
# Step, whether every case must have it, weight of a departure, and the steps that must come before.
_SLOW = (
    ("收件", True, 1.0, ()),
    ("补正告知", False, 0.5, ("收件",)),
    ("受理", True, 1.0, ("收件",)),
    ("审查", True, 2.0, ("受理",)),
    ("退回重审", False, 1.0, ("审查",)),
    ("征求意见", False, 1.0, ("审查",)),
    ("意见汇总", False, 1.0, ("征求意见",)),
    ("现场核查", False, 1.0, ("审查",)),
    ("专家评审", False, 1.0, ("审查",)),
    ("签发", True, 1.0, ("审查",)),
    ("决定", True, 2.0, ("受理", "审查", "签发")),
    ("制证送达", True, 1.0, ("决定",)),
)
_STEPS = {
    INSTANT: (
        ("收件", True, 1.0, ()),
        ("受理", True, 1.0, ("收件",)),
        ("审核办结", True, 2.0, ("受理",)),
        ("制证送达", False, 1.0, ("审核办结",)),
    ),
    STANDARD: tuple(step for step in _SLOW if step[0] not in ("现场核查", "专家评审")),
    COMPLEX: _SLOW,
}
_BASIS = "演示县办件流程规范（虚构）第{article}条"
_LEVELS = ("县级", "部门", "科室", "乡镇或经办人")
_LEVEL_DAYS = np.array([1.0, 2.0, 2.0, 3.0])  # working days that a directive usually lies at each level
KNOT_LEVEL = 2
_KNOT_DAYS = (8.0, 14.0)
_BODIES = 8  # agencies among which the directives are divided


@dataclass(frozen=True)
class Lists:
    """The lists, and the numbers of the directives that the knot holds up."""

    tables: dict[str, pa.Table]
    knotted: list[str]


def lists(setting: Setting, rng: np.random.Generator) -> Lists:
    """Every list of the county."""
    directives, knotted = _directives(setting, rng)
    tables = {"item_steps": _item_steps(setting), "leaders": _leaders(setting), "directives": directives}
    return Lists(tables=tables, knotted=knotted)


def write_lists(made: Lists, folder: Path) -> list[Path]:
    """Write the lists into a folder of their own, which a reading of the records leaves out."""
    (folder / FOLDER).mkdir(exist_ok=True)
    paths = []
    for name, table in made.tables.items():
        paths.append(folder / FOLDER / f"{name}.csv")
        pyarrow.csv.write_csv(table, paths[-1], pyarrow.csv.WriteOptions(quoting_style="needed"))
    return paths


def _item_steps(setting: Setting) -> pa.Table:
    """办理流程: one row a step on the official list of an item."""
    county = setting.county
    rows = [
        (code, name, "是" if must else "否", weight, "；".join(before), _BASIS.format(article=article))
        for code, kind in zip(county.item_codes, county.item_kind.tolist(), strict=True)
        for article, (name, must, weight, before) in enumerate(_STEPS[kind], 3)
    ]
    heads = ("事项", "环节", "必经", "权重", "先行环节", "依据")
    return pa.table({head: pa.array(column) for head, column in zip(heads, zip(*rows, strict=True), strict=True)})


def _leaders(setting: Setting) -> pa.Table:
    staff, codes = Staff.of(setting.county), setting.county.agency_codes
    return pa.table({"agency": codes, "handler": [staff.leader(number) for number in range(len(codes))]})


def _directives(setting: Setting, rng: np.random.Generator) -> tuple[pa.Table, list[str]]:
    """Directives (督办事项) that pass four levels; the knot holds those of one agency for two weeks and more."""
    county, days = setting.county, setting.days
    knot = setting.roles.of("directive_knot")
    agencies = len(county.agency_codes)
    count = int(np.clip(3 * agencies, 40, 120))
    busy = np.argsort(-county.agency_weights, kind="stable").tolist()
    bodies = np.array([*knot, *(agency for agency in busy if agency not in knot)][:_BODIES])
    body = rng.permutation(np.resize(bodies, count))
    workdays = int(days.number(np.array([setting.length_days - 1]))[0])
    issued = np.sort(rng.uniform(5, workdays - 5, count))
    lies = _LEVEL_DAYS * rng.gamma(4.0, 0.25, (count, len(_LEVELS)))
    is_knotted = np.isin(body, knot)
    lies[:, KNOT_LEVEL - 1] += np.where(is_knotted, rng.uniform(*_KNOT_DAYS, count), 0.0)
    passed = issued[:, None] + np.cumsum(lies, axis=1)
    arrived = np.concatenate((issued[:, None], passed[:, :-1]), axis=1)
    read = arrived + lies * rng.uniform(0.05, 0.3, lies.shape)
    split = arrived + lies * rng.uniform(0.4, 0.8, lies.shape)
    limit = np.floor(issued).astype(np.int64)[:, None] + 25
    limit = limit - np.cumsum((rng.random(lies.shape) < 0.1) * [0, 2, 2, 2], axis=1).astype(np.int64)
    targets = rng.integers(2, 6, count)[:, None] + np.cumsum((rng.random(lies.shape) < 0.1) * [0, 1, 1, 1], axis=1)
    towns = np.array([n for n, offices in enumerate(county.offices) if "便民服务中心" in offices])
    lowest = np.where(rng.random(count) < 0.5, rng.choice(towns, count), body)
    codes = [*county.agency_codes, credit_code(0)]
    holder = np.stack((np.full(count, agencies), body, body, lowest), axis=1)
    numbers = [f"督〔{setting.start_on.year}〕{number:03d}号" for number in range(1, count + 1)]
    level = np.tile(np.arange(len(_LEVELS)), count)
    until = np.datetime64(setting.end_on, "s") + np.timedelta64(18 * 3600, "s")
    there = days.moments(arrived.ravel()) <= until
    columns = {
        "directive": taken(numbers, np.repeat(np.arange(count), len(_LEVELS))),
        "level_no": pa.array(level + 1),
        "level_name": taken(_LEVELS, level),
        "agency": taken(codes, holder.ravel()),
        "arrived_at": _at(days.moments(arrived.ravel()), until),
        "read_at": _at(days.moments(read.ravel()), until),
        "split_at": _at(days.moments(split.ravel()), until),
        "passed_at": _at(days.moments(passed.ravel()), until),
        "limit_on": pa.array(days.dates(limit.ravel()), pa.date32(), mask=~there),
        "targets": pa.array(targets.ravel(), mask=~there),
    }
    table = pa.table({column.name: columns[column.name] for column in DIRECTIVE_STAGES.columns})
    return table, [number for number, held in zip(numbers, is_knotted.tolist(), strict=True) if held]


def _at(moments: Moments, until: np.datetime64) -> pa.Array:
    """Moments with their offset from UTC, empty where they lie after the last evening."""
    texts = [f"{text}+08:00" for text in np.datetime_as_string(moments.astype("datetime64[s]")).tolist()]
    return pa.array(texts, mask=moments > until)
