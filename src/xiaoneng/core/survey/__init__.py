"""Estimates and their uncertainty (评议统计): weights, standard errors, few ballots, strict and mild raters."""

from .agreement import Agreement, Component, components, intraclass
from .asked import MARGIN_COLUMNS, Asked, Stat, estimate_asked
from .calibrating import calibrate
from .change import Changes, changes, matched_covariance
from .comparing import Association, compare_two, independence
from .design import Design, frame_design, survey_design
from .effects import design_effect
from .estimates import estimate_means, estimate_ratios, estimate_totals
from .intervals import (
    agresti_coull,
    clopper_pearson,
    effective_number,
    estimate_shares,
    kish_deff,
    kish_n_eff,
    wilson,
)
from .nonresponse import ItemResponse, item_response, response_weights
from .notes import Note
from .pairs import Strengths, bradley_terry
from .quantiles import estimate_quantiles
from .raking import Margin, post_stratify, rake, raked_weights
from .randomised import LEAST_ANSWERS, Device, HiddenShare, forced_answers, warner
from .ratings import estimate_ratings
from .regression import Regression, regress
from .replicates import Replicates, bootstrap, jackknife
from .results import Contrast, Estimates, contrast, difference
from .severity import Severity, severity
from .shrinkage import LEAST_AREAS, Shrunk, ShrunkShares, james_stein, shrink, shrink_shares, shrink_to_regression
from .trimming import Trimmed, trim_between, trim_by_median
from .variance import covariance

__all__ = [
    "LEAST_ANSWERS",
    "LEAST_AREAS",
    "MARGIN_COLUMNS",
    "Agreement",
    "Asked",
    "Association",
    "Changes",
    "Component",
    "Contrast",
    "Design",
    "Device",
    "Estimates",
    "HiddenShare",
    "ItemResponse",
    "Margin",
    "Note",
    "Regression",
    "Replicates",
    "Severity",
    "Shrunk",
    "ShrunkShares",
    "Stat",
    "Strengths",
    "Trimmed",
    "agresti_coull",
    "bootstrap",
    "bradley_terry",
    "calibrate",
    "changes",
    "clopper_pearson",
    "compare_two",
    "components",
    "contrast",
    "covariance",
    "design_effect",
    "difference",
    "effective_number",
    "estimate_asked",
    "estimate_means",
    "estimate_quantiles",
    "estimate_ratings",
    "estimate_ratios",
    "estimate_shares",
    "estimate_totals",
    "forced_answers",
    "frame_design",
    "independence",
    "intraclass",
    "item_response",
    "jackknife",
    "james_stein",
    "kish_deff",
    "kish_n_eff",
    "matched_covariance",
    "post_stratify",
    "rake",
    "raked_weights",
    "regress",
    "response_weights",
    "severity",
    "shrink",
    "shrink_shares",
    "shrink_to_regression",
    "survey_design",
    "trim_between",
    "trim_by_median",
    "warner",
    "wilson",
]
