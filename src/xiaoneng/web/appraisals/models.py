"""What is true of a round: its rules, what was announced, what was counted. No person who was drawn, no ballot, no code.

Those who were drawn stand in the registrar's database, the ballots in the box; neither is named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xiaoneng.core.appraisal import RoundKind
from xiaoneng.web.shell.formats import is_chinese

if TYPE_CHECKING:
    from xiaoneng.core.appraisal import RoundRules


class RoundKindChoice(models.TextChoices):
    """The kind of a round."""

    SOCIETY_RATES_AGENCIES = RoundKind.SOCIETY_RATES_AGENCIES.value, _("society rates the agencies")
    STAFF_RATE_LEADERSHIP = RoundKind.STAFF_RATE_LEADERSHIP.value, _("staff rate their leadership")
    COUNTY_AND_TOWNS = (
        RoundKind.COUNTY_AND_TOWNS_RATE_MIDDLE_MANAGERS.value,
        _("county and towns together rate middle managers"),
    )
    TEN_THOUSAND_PEOPLE = RoundKind.TEN_THOUSAND_PEOPLE.value, _("ten thousand people appraise")
    FREE = RoundKind.FREE.value, _("a round of your own making")


class RoundState(models.TextChoices):
    """How far a round has come. Between announced and closed, the days of its rules tell what is open."""

    DRAFT = "draft", _("being set up")
    FIXED = "fixed", _("rules fixed")
    ANNOUNCED = "announced", _("announced")
    CLOSED = "closed", _("box closed")
    COUNTED = "counted", _("ballots counted")
    PUBLISHED = "published", _("result out")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Round(models.Model):
    """One round. `draft` is what is being written; `rules` is its text as it was fixed, and never changes again."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=60, choices=RoundKindChoice.choices)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    state = models.CharField(max_length=20, choices=RoundState.choices, default=RoundState.DRAFT)
    draft = models.JSONField(default=dict)
    rules = models.JSONField(null=True)
    rules_hash = models.CharField(max_length=64, blank=True)
    announcement = models.JSONField(null=True)  # roots and counts of codes, key fingerprints, hash of the voting page
    closing = models.JSONField(null=True)  # the signed statement of the box
    result = models.JSONField(null=True)  # what may be told, after the publication limits; nothing else is kept
    result_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    fixed_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    is_append_only = False

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return self.title_zh if is_chinese() else self.title_en

    @property
    def fixed_rules(self) -> RoundRules:
        """The rules as they were fixed."""
        from xiaoneng.core.appraisal import read_rules

        return read_rules(self.rules or {})

    @property
    def is_of_persons(self) -> bool:
        """Its results go to the person and those entitled to them, never to the public."""
        from xiaoneng.core.appraisal import KIND_RULES

        return KIND_RULES[RoundKind(self.kind)].rates_persons

    @property
    def is_public(self) -> bool:
        """Whether anyone may read that the round is held, and by which rules."""
        return self.state not in (RoundState.DRAFT, RoundState.FIXED)

    @property
    def is_result_open(self) -> bool:
        """Whether anyone may read its result."""
        return self.state == RoundState.PUBLISHED and not self.is_of_persons


class Draw(models.Model):
    """The public record of one draw of raters; the frame itself is not kept here, and its drawn persons neither."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="draws")
    stratum = models.CharField(max_length=40)
    record = models.JSONField()
    frame_hash = models.CharField(max_length=64)
    legal_ground = models.CharField(max_length=300)
    holder = models.CharField(max_length=120)
    delete_by = models.DateField()
    deleted_at = models.DateTimeField(null=True)  # when the drawn persons were removed from the registrar's roll
    is_append_only = False

    class Meta:
        ordering = ["round", "stratum"]
        constraints = [models.UniqueConstraint(fields=["round", "stratum"], name="one_draw_a_stratum")]

    def __str__(self) -> str:
        return f"{self.round.code} {self.stratum}"


class SetAside(models.Model):
    """A batch of ballots that two people have set aside. Results are shown with it and without."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="set_aside")
    batch = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    is_append_only = False

    class Meta:
        ordering = ["round", "batch"]
        constraints = [
            models.UniqueConstraint(fields=["round", "batch"], name="batch_set_aside_once"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="two_people_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round.code} {self.batch}"


class Remark(models.Model):
    """A remark of a ballot, cut off from it. Only its paraphrase, checked by a second person, is ever shown."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="remarks")
    place = models.CharField(max_length=32)  # random: remarks stand in no order that came from ballots
    appraisee = models.CharField(max_length=40, blank=True)  # whom it is about, as the paraphraser reads it
    text = models.TextField(blank=True)  # emptied once the paraphrase has been checked
    paraphrase = models.TextField(blank=True)
    paraphrased_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    is_left_out = models.BooleanField(default=False)
    is_append_only = False

    class Meta:
        ordering = ["round", "appraisee", "place"]
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="remark_place_once"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("paraphrased_by")),
                name="paraphrase_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round.code} {self.place}"


class ResultReader(models.Model):
    """Who may read the result of one appraisee: the person concerned, or someone entitled by their office."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="readers")
    appraisee = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_append_only = False

    class Meta:
        ordering = ["round", "appraisee"]
        constraints = [models.UniqueConstraint(fields=["round", "appraisee", "user"], name="result_reader_once")]

    def __str__(self) -> str:
        return f"{self.round.code} {self.appraisee}"
