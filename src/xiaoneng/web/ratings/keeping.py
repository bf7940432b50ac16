"""The ratings of an imported file: found again by their case, taken in once, and which of a case stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from xiaoneng.core import words
from xiaoneng.core.ratings import standing
from xiaoneng.web.bridge import coded_rows, not_undoable
from xiaoneng.web.cases.models import Case, ImportBatch, ImportedFile

from .matters import open_matters, withdraw_matters
from .models import MatterState, Rating, Source

_SOME = 500


class RatingKeeper:
    """What the bridge asks when a file brings ratings (see `bridge.add_keeper`)."""

    def look(self, read: Any) -> list[dict[str, Any]]:
        """Rows without a case of ours are refused; rows that are here already are left out."""
        found, bad = _matched(read)
        return bad + [told for row, reason in _known(found) if (told := _told(row, reason, refuses=False))]

    def keep(self, read: Any, files: Mapping[str, ImportedFile], *, by: Any) -> dict[str, int]:
        """Keep the others, and see which rating of each case stands now; the cases may have newer rows."""
        repoint()
        found, _bad = _matched(read)
        if not found:
            return {}
        known = {id(row) for row, _reason in _known(found)}
        fresh = [row for row in found if id(row) not in known]
        Rating.objects.bulk_create((_rating(row, files) for row in fresh), batch_size=2_000)
        settle({row["case"].case_id for row in fresh}, by=by)
        return {"service_ratings": len(fresh), "ratings_repeated": len(known)}

    def before_undo(self, batch: ImportBatch) -> None:
        """A rating that was acted upon stays.

        Raises  NotUndoableError
        """
        worked_on = Rating.objects.filter(file__batch=batch).filter(
            Q(matter__isnull=False) & ~Q(matter__state=MatterState.OPEN) | Q(matter__review__isnull=False)
        )
        if count := worked_on.count():
            raise not_undoable(
                f"{count} of its bad ratings have been dealt with already; they cannot be taken out any more"
            )

    def undo(self, batch: ImportBatch) -> None:
        """Take its ratings out with the matters that they had opened."""
        repoint()
        mine = Rating.objects.filter(file__batch=batch)
        keys = set(mine.values_list("case_key", flat=True))
        if not keys:
            return
        from .models import Matter

        Matter.objects.filter(rating__in=mine).delete()
        mine.delete()
        settle(keys, by="system")


def repoint() -> None:
    """Every rating belongs to the current row of its case."""
    newest = Case.objects.filter(case_id=OuterRef("case_key"), is_current=True).values("pk")[:1]
    stale = Rating.objects.filter(Q(case__isnull=True) | Q(case__is_current=False))
    stale.update(case=Subquery(newest))


def settle(keys: Iterable[str], *, by: Any) -> None:
    """Of each of these cases the rating that stands is the current one; a bad one opens a matter, one that no longer stands
    lets its untouched matter go."""
    for some in _some(sorted(keys)):
        of_case: dict[str, list[Rating]] = defaultdict(list)
        for rating in Rating.objects.filter(case_key__in=some, replaced_by__isnull=True).order_by("pk"):
            of_case[rating.case_key].append(rating)
        now = {
            key: ratings[place]
            for key, ratings in of_case.items()
            if (
                place := standing(
                    [
                        {
                            "level": one.level,
                            "is_default": one.is_default,
                            "is_by_staff": one.is_by_staff,
                            "is_valid": one.is_valid,
                            "rated_at": one.rated_at,
                            "is_own_link": one.source == Source.LINK,
                        }
                        for one in ratings
                    ]
                )
            )
            is not None
        }
        chosen = {one.pk for one in now.values()}
        past = Rating.objects.filter(case_key__in=some, is_current=True).exclude(pk__in=chosen)
        gone = list(past.values_list("pk", flat=True))
        past.update(is_current=False)
        Rating.objects.filter(pk__in=chosen).update(is_current=True)
        withdraw_matters(gone, by=by)
        open_matters(list(now.values()), by=by)


def _matched(read: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows whose case is on record, with it, and those whose case is not, as refusals.

    A row finds its case by agency and number; by the number alone where only one case has it. Cases of the same file count too.
    """
    rows: list[dict[str, Any]] = coded_rows(read.service_ratings)
    if not rows:
        return [], []
    fresh = {row["case_id"]: row for row in coded_rows(read.cases)} if read.cases.count() else {}
    by_id: dict[str, Any] = dict.fromkeys(fresh)
    by_number: dict[str, list[Any]] = defaultdict(list)
    for some in _some(sorted({row["case_id"] for row in rows if row["case_id"]})):
        for case in Case.objects.filter(case_id__in=some, is_current=True):
            by_id[case.case_id] = case
    numbers = {_number(row["case_id"]) for row in rows if row["case_id"] and row["case_id"] not in by_id}
    for some in _some(sorted(numbers)):
        for case in Case.objects.filter(case_no__in=some, is_current=True):
            by_number[case.case_no].append(case)
    found, bad = [], []
    for row in rows:
        key = row["case_id"] or ""
        if key in by_id:
            found.append({**row, "case": by_id[key] or _Coming(key, fresh[key])})
            continue
        alone = by_number.get(_number(key), [])
        if len(alone) == 1:
            found.append({**row, "case": alone[0]})
        else:
            bad.append(_told(row, "ambiguous_case_no" if alone else "rating_no_case", refuses=True))
    return found, bad


class _Coming:
    """A case that the same file brings and that is not on record yet, during a dry run."""

    pk = None

    def __init__(self, key: str, row: Mapping[str, Any]) -> None:
        self.case_id, self.agency_code = key, row["agency"] or ""


def _known(found: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """The rows that are on record already: same case, level, moment and marks."""
    seen = set()
    for some in _some(sorted({row["case"].case_id for row in found})):
        for one in Rating.objects.filter(case_key__in=some, source=Source.FILE):
            seen.add((one.case_key, one.level, one.rated_at, one.channel, one.is_default, one.is_by_staff))
    return [
        (row, "rating_known")
        for row in found
        if (
            row["case"].case_id,
            row["level"],
            row["rated_at"],
            row["channel"] or "",
            bool(row["is_default"]),
            bool(row["is_by_staff"]),
        )
        in seen
    ]


def _rating(row: Mapping[str, Any], files: Mapping[str, ImportedFile]) -> Rating:
    return Rating(
        case_id=row["case"].pk,
        case_key=row["case"].case_id,
        agency_code=row["case"].agency_code,
        file=files.get(row["file_hash"]),
        sheet=row["sheet"] or "",
        line=row["line"],
        source=Source.FILE,
        level=row["level"],
        channel=(row["channel"] or "")[:40],
        rated_at=row["rated_at"],
        rated_on=row["rated_on"],
        is_default=bool(row["is_default"]),
        is_by_staff=bool(row["is_by_staff"]),
        is_valid=row["is_valid"],
        is_named=bool(row["is_named"]),
        remark=row["remark"] or "",
        recorded_at=timezone.now(),
    )


def _told(row: Mapping[str, Any], reason: str, *, refuses: bool) -> dict[str, Any]:
    number = _number(row["case_id"] or "")
    return {
        "file_hash": row["file_hash"],
        "sheet": row["sheet"] or "",
        "line": row["line"],
        "subject": "ratings",
        "case_no": number,
        "reason": reason,
        "column": "case_no",
        "value": number,
        "advice": words.say(f"intake.reason.{reason}", "zh"),
        "refuses": refuses,
    }


def _number(key: str) -> str:
    """The case number of a key: what stands behind the agency."""
    return key.partition("/")[2] or key


def _some(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _SOME):
        yield values[start : start + _SOME]
