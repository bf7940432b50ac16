"""Who does a step: offices and accounts of every agency, as names to be taken by number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .county import INSTANT, County
from .days import Ints
from .steps import ACCEPTANCE, DECISION, DELIVERY, MEETING, NOTICE, RECEIPT, SIGNATURE, Bools

_AN_OFFICE = 4  # accounts of an office
_ACCOUNTS = 40  # of an agency; the last four sit at the window
_WINDOW, _TOWN_WINDOW, _LEADERS = "政务服务窗口", "便民服务中心", "分管领导"
_AT_WINDOW = (RECEIPT, NOTICE, ACCEPTANCE, DECISION, DELIVERY)


@dataclass(frozen=True)
class Staff:
    """Offices and accounts, flat over the agencies: those of agency n begin at n × their number an agency.

    Units   an agency's offices are its window, its leaders, and then those of its items
    """

    offices: list[str]
    accounts: list[str]
    offices_an_agency: int

    @classmethod
    def of(cls, county: County) -> Staff:
        most = 2 + max(len(offices) for offices in county.offices)
        names: list[str] = []
        for offices in county.offices:
            window = _TOWN_WINDOW if _TOWN_WINDOW in offices else _WINDOW
            names += [window, _LEADERS, *offices, *[""] * (most - 2 - len(offices))]
        accounts = [
            leader if place == _ACCOUNTS else f"办理员{agency:02d}-{place + 1:02d}"
            for agency in range(1, len(county.agency_codes) + 1)
            for leader in (f"签发人{agency:02d}",)
            for place in range(_ACCOUNTS + 1)
        ]
        return cls(offices=names, accounts=accounts, offices_an_agency=most)

    def office(self, agency: Ints, item_office: Ints, step: Ints) -> Ints:
        """Number of the office of each step: the window receives, decides and delivers, a leader signs."""
        own = np.where(np.isin(step, _AT_WINDOW), 0, np.where(step == SIGNATURE, 1, 2 + item_office))
        return np.asarray(agency * self.offices_an_agency + own, np.int64)

    def account(self, agency: Ints, item_office: Ints, step: Ints, turn: Ints, kind: Ints) -> Ints:
        """Number of the account of each step. One account of an office keeps a case; a second one decides or meets."""
        second = ((step == DECISION) & (kind != INSTANT)) | (step == MEETING)
        place = (turn + second) % _AN_OFFICE
        at_window = _ACCOUNTS - _AN_OFFICE + place
        own = np.where(np.isin(step, _AT_WINDOW), at_window, item_office * _AN_OFFICE + place)
        own = np.where(step == SIGNATURE, _ACCOUNTS, own)
        return np.asarray(agency * (_ACCOUNTS + 1) + own, np.int64)

    @staticmethod
    def is_at_window(step: Ints) -> Bools:
        return np.isin(step, _AT_WINDOW)

    def window(self, agency: int) -> str:
        return self.offices[agency * self.offices_an_agency]

    def leader(self, agency: int) -> str:
        return self.accounts[agency * (_ACCOUNTS + 1) + _ACCOUNTS]
