"""Estimates and their uncertainty (评议统计): weights, standard errors, few ballots, strict and mild raters."""

from .agreement import Agreement, Component, components, intraclass
from .change import Changes, changes, matched_covariance
from .nonresponse import ItemResponse, item_response, response_weights
from .pairs import Strengths, bradley_terry
from .randomised import LEAST_ANSWERS, Device, HiddenShare, forced_answers, warner
from .severity import Severity, severity
from .shrinkage import LEAST_AREAS, Shrunk, ShrunkShares, james_stein, shrink, shrink_shares, shrink_to_regression

__all__ = [
    "LEAST_ANSWERS",
    "LEAST_AREAS",
    "Agreement",
    "Changes",
    "Component",
    "Device",
    "HiddenShare",
    "ItemResponse",
    "Severity",
    "Shrunk",
    "ShrunkShares",
    "Strengths",
    "bradley_terry",
    "changes",
    "components",
    "forced_answers",
    "intraclass",
    "item_response",
    "james_stein",
    "matched_covariance",
    "response_weights",
    "severity",
    "shrink",
    "shrink_shares",
    "shrink_to_regression",
    "warner",
]
