"""A round as the intake needs it, read once and kept: its questions by stratum, published keys, secrets, days."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils import timezone

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundRules, Way, read_rules

from . import WHOLE_BALLOT, keeping
from .errors import ClosedError, NotOpenError, RoundMissingError
from .models import Round, State

_booths: dict[str, Booth] = {}


@dataclass(frozen=True)
class Booth:
    """What is needed to take a ballot without asking the database."""

    code: str
    rules: RoundRules
    forms: Mapping[str, ballots.Form]  # stratum -> what its voters are asked
    paper_strata: tuple[str, ...]
    verifiers: Mapping[str, ballots.Verifier]  # stratum -> published key of its tokens
    mac_key: bytes
    receipt_key: Ed25519PrivateKey

    def check_day(self, at: datetime | None = None) -> None:
        """Refuse before the first and after the last day; `at` is the moment, now where none is given."""
        at, days = at or now(), self.rules.days
        if at < self._opens_at:
            raise NotOpenError(f"round {self.code} opens on {days.opens_on}: come back then")
        if at >= self._ends_at:
            raise ClosedError(f"round {self.code} closed on {days.closes_on}: no ballot can be taken any more")

    def bucket(self, at: datetime | None = None) -> int | None:
        """The coarse time of a ballot that comes now, or `at`, counted from the first day; None where the box keeps no time."""
        hours = self.rules.bucket_hours
        if hours is None or self.rules.kind_rules.is_staff:
            return None
        return max(timedelta(), (at or now()) - self._opens_at) // timedelta(hours=hours)

    @cached_property
    def _opens_at(self) -> datetime:
        return _midnight(self.rules.days.opens_on)

    @cached_property
    def _ends_at(self) -> datetime:
        return _midnight(self.rules.days.closes_on + timedelta(days=1))


def _midnight(day: date) -> datetime:
    """When a day begins here, in UTC, so that comparing costs nothing."""
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def now() -> datetime:
    """The moment; read for the coarse bucket of public rounds only."""
    return timezone.now()


def today() -> date:
    """The day here."""
    return timezone.localdate(now())


def booth_of(code: str) -> Booth:
    """The booth of an open round.

    Raises  RoundMissingError; ClosedError; KeysMissingError
    """
    if code not in _booths:
        found = Round.objects.filter(code=code).first()
        if found is None:
            raise RoundMissingError(f"the box holds no round {code}: compare the address with the notice")
        if found.state != State.OPEN:
            raise ClosedError(f"round {code} is closed: no ballot can be taken any more")
        _booths[code] = _read(found)
    return _booths[code]


def forget(code: str | None = None) -> None:
    """Forget a round, or all: it was closed, or another database is in place."""
    if code is None:
        _booths.clear()
    else:
        _booths.pop(code, None)


def rules_of(round: Round) -> RoundRules:
    """The rules of a round as they were installed."""
    return read_rules(json.loads(round.rules))


def form_of(rules: RoundRules, stratum: str) -> dict[str, dict[str, ballots.Kind]]:
    """What a voter of this stratum is asked: each scale of each appraisee, each forced response once a ballot."""
    asked = rules.questionnaire
    form = {one.code: dict.fromkeys(asked.scales, ballots.Kind.LEVEL) for one in rules.rated_by(stratum)}
    if asked.forced_responses:
        form[WHOLE_BALLOT] = dict.fromkeys(asked.forced_responses, ballots.Kind.RANDOMISED)
    return form


def _read(round: Round) -> Booth:
    rules, keys = rules_of(round), keeping.keys_of(round.code)
    return Booth(
        code=round.code,
        rules=rules,
        forms={stratum.code: form_of(rules, stratum.code) for stratum in rules.strata},
        paper_strata=tuple(stratum.code for stratum in rules.strata if stratum.way is Way.PAPER),
        verifiers={
            stratum: ballots.Verifier(ballots.read_public(pem.encode(), RSAPublicKey))
            for stratum, pem in round.keys.items()
        },
        mac_key=keys.mac,
        receipt_key=keys.receipt,
    )
