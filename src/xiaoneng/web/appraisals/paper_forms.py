"""What may be typed of paper: a ballot sheet, the counts of a reconciliation, spare codes, signatures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from xiaoneng.core import words
from xiaoneng.core.appraisal import QuestionKind, RoundRules, Stratum, Way
from xiaoneng.core.ballots import LEVELS, LONGEST_REMARK, NO_CONTACT, code_hash, parse_code
from xiaoneng.core.errors import CodeError
from xiaoneng.web import ballotbox
from xiaoneng.web.shell.formats import words_language

WAYS = (("paper", _("on paper")), ("telephone", _("by telephone")))
LEVEL_KEYS: Mapping[str, int | str] = {"0": NO_CONTACT} | {str(level): level for level in LEVELS}
DIE_KEYS: Mapping[str, int | str] = {"1": "yes", "0": "no"}
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
MOST_CODES = 2000  # of one voiding: a roll with more spare envelopes than this is typed in parts


def named(title: Mapping[str, str]) -> str:
    """A title of the rules in the reader's language."""
    return title[words_language()]


def plain(text: str) -> str:
    """What was typed with full-width signs taken as they are meant, and no space around it."""
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True)
class Cell:
    """One place of the grid: which question of which appraisee, and what its keys mean."""

    appraisee: str
    question: str
    keys: Mapping[str, int | str]

    @property
    def key_of(self) -> dict[int | str, str]:
        return {answer: key for key, answer in self.keys.items()}


class SheetForm(forms.Form):
    """A paper or telephone ballot: its number, who filled it in, how, and a digit for each answer."""

    sheet = forms.CharField(
        label=_("Number on the sheet"),
        max_length=40,
        error_messages={"required": _("Type the number that is printed on the sheet.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    stratum = forms.ChoiceField(label=_("Raters"))
    way = forms.ChoiceField(label=_("How it came"), choices=WAYS)
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        strip=True,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Word for word: both entries must be the same."),
    )

    def __init__(self, *args: Any, rules: RoundRules, correcting: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        self.fields["stratum"].choices = [(one.code, named(one.title)) for one in rules.strata]  # type: ignore[attr-defined]
        if not rules.questionnaire.asks_remarks:
            del self.fields["remark"]
        if correcting:
            self.fields["sheet"].widget.attrs["readonly"] = True
        elif not self.is_bound:
            self.fields["sheet"].widget.attrs["autofocus"] = True
        self.cells: dict[str, Cell] = {}
        self._strata_of = {
            one.code: [stratum.code for stratum in rules.strata if one in rules.rated_by(stratum.code)]
            for one in rules.appraisees
        }
        for name, cell, text in self._places():
            self.cells[name] = cell
            self.fields[name] = forms.CharField(
                label=text,
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "size": 1, "data-keys": "".join(cell.keys)}
                ),
            )

    def _places(self) -> Iterator[tuple[str, Cell, str]]:
        asked = self.rules.questionnaire.questions
        scales = [one for one in asked if one.kind is QuestionKind.SCALE]
        for row, appraisee in enumerate(self.rules.appraisees):
            for column, question in enumerate(scales):
                text = f"{named(appraisee.title)} · {named(question.title)}"
                yield f"a{row}-{column}", Cell(appraisee.code, question.code, LEVEL_KEYS), text
        for column, question in enumerate(one for one in asked if one.kind is not QuestionKind.SCALE):
            yield f"d{column}", Cell(ballotbox.WHOLE_BALLOT, question.code, DIE_KEYS), named(question.title)

    @property
    def heads(self) -> list[str]:
        """The questions asked of each appraisee, in order."""
        return [named(one.title) for one in self.rules.questionnaire.questions if one.kind is QuestionKind.SCALE]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The grid: each appraisee with its places, and the strata whose raters are asked about it."""
        return [
            {
                "name": named(one.title),
                "strata": " ".join(self._strata_of[one.code]),
                "places": [self[f"a{row}-{column}"] for column in range(len(self.heads))],
            }
            for row, one in enumerate(self.rules.appraisees)
        ]

    @property
    def once(self) -> list[forms.BoundField]:
        """The questions asked once a ballot."""
        return [self[name] for name in self.cells if name.startswith("d")]

    def clean_sheet(self) -> str:
        number = plain(self.cleaned_data["sheet"])
        if not _NUMBER.fullmatch(number):
            raise forms.ValidationError(_("Letters, digits and dashes only, as printed on the sheet."))
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        answers: dict[str, dict[str, int | str]] = {}
        for name, cell in self.cells.items():
            typed = plain(given.get(name) or "")
            if not typed:
                continue
            if typed not in cell.keys:
                self.add_error(
                    name,
                    _("5, 4, 3, 2 or 1; 0 for no contact.") if cell.keys is LEVEL_KEYS else _("1 for yes, 0 for no."),
                )
            elif cell.appraisee in self._strata_of and given.get("stratum") not in self._strata_of[cell.appraisee]:
                self.add_error(name, _("These raters are not asked about this one: leave it empty."))
            else:
                answers.setdefault(cell.appraisee, {})[cell.question] = cell.keys[typed]
        if not self.errors:
            self._check_whole(answers)
        given["answers"] = answers
        return given

    def _check_whole(self, answers: Mapping[str, Any]) -> None:
        if not answers:
            raise forms.ValidationError(
                _("No answer was typed. A blank sheet is not entered: it is counted among the blank ones.")
            )
        most, rated = self.rules.most_rated, len(set(answers) - {ballotbox.WHOLE_BALLOT})
        if most is not None and rated > most:
            raise forms.ValidationError(
                ngettext_lazy(
                    "%(rated)s are rated on this sheet, and one may be: it is a spoilt one.",
                    "%(rated)s are rated on this sheet, and at most %(most)s may be: it is a spoilt one.",
                    most,
                ),
                params={"rated": rated, "most": most},
            )

    @classmethod
    def typed_of(cls, rules: RoundRules, own: Any, sheet: str) -> dict[str, Any]:
        """What stands in the fields where somebody corrects the own entry."""
        shown = {"sheet": sheet, "stratum": own.stratum, "way": own.way, "remark": own.remark}
        for name, cell in cls(rules=rules).cells.items():
            answer = own.answers.get(cell.appraisee, {}).get(cell.question)
            if answer is not None:
                shown[name] = cell.key_of[answer]
        return shown


COUNTS = (
    ("issued", _("Papers issued")),
    ("used", _("used")),
    ("spoilt", _("spoilt")),
    ("blank", _("blank or left over")),
    ("called", _("Persons called")),
    ("answered", _("answered")),
    ("refused", _("refused to answer")),
)


class CountsForm(forms.Form):
    """What became of every paper and every call of one stratum. An empty field is nothing."""

    def __init__(self, typed: Any, *, stratum: Stratum, entered: Mapping[str, int]) -> None:
        super().__init__(typed, prefix=f"s-{stratum.code}")
        self.stratum, self.entered = stratum, entered
        self.title = named(stratum.title)
        for name, text in COUNTS:
            self.fields[name] = forms.IntegerField(label=text, required=False, min_value=0, max_value=1_000_000)

    def paper_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _text in COUNTS[:4]]

    def call_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _text in COUNTS[4:]]

    @property
    def counts(self) -> dict[str, int]:
        """The seven numbers."""
        return {name: self.cleaned_data.get(name) or 0 for name, _text in COUNTS}

    @property
    def is_needed(self) -> bool:
        """Whether the stratum has sheets or counts at all."""
        return any(self.entered.values()) or any(self.counts.values())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        told = self.counts
        papers, calls = self.entered.get("paper", 0), self.entered.get("telephone", 0)
        if told["issued"] != told["used"] + told["spoilt"] + told["blank"]:
            self.add_error(
                "issued",
                gettext("%(issued)s were issued; used, spoilt and blank together are %(sum)s. Count again.")
                % {"issued": told["issued"], "sum": told["used"] + told["spoilt"] + told["blank"]},
            )
        if told["used"] != papers:
            self.add_error(
                "used",
                gettext("%(used)s were used and %(entered)s are entered. Look for the sheets between them.")
                % {"used": told["used"], "entered": papers},
            )
        if told["called"] != told["answered"] + told["refused"]:
            self.add_error(
                "called",
                gettext("%(called)s were called; answered and refused together are %(sum)s. Count again.")
                % {"called": told["called"], "sum": told["answered"] + told["refused"]},
            )
        if told["answered"] != calls:
            self.add_error(
                "answered",
                gettext("%(answered)s answered and %(entered)s are entered. Look for the sheets between them.")
                % {"answered": told["answered"], "entered": calls},
            )
        return given


class SparesForm(forms.Form):
    """Spare codes, one a line, typed or scanned; the address of a QR code does too."""

    codes = forms.CharField(
        label=_("Spare codes"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "mono"}),
        help_text=_("One a line, typed or scanned. Every envelope is opened in front of everybody."),
        error_messages={"required": _("Type or scan the code of each envelope that is left over.")},
    )

    def __init__(self, *args: Any, rules: RoundRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        self.hashes: dict[str, list[bytes]] = {}  # by stratum, once they are found good
        self.tried = 0  # codes that could be codes, and were asked of the box

    def clean_codes(self) -> str:
        text: str = self.cleaned_data["codes"]
        lines = [(number, line.rpartition("#")[2].strip()) for number, line in enumerate(text.splitlines(), start=1)]
        lines = [(number, line) for number, line in lines if line]
        if len(lines) > MOST_CODES:
            raise forms.ValidationError(_("At most %(most)s at a time."), params={"most": MOST_CODES})
        codes, wrong = self._read(lines)
        of_line = self._hashes(codes)
        known = ballotbox.handed_codes(self.rules.code, [each for mine in of_line.values() for each in mine])
        self.tried = len(codes)
        for number, mine in of_line.items():
            found = [(hashed, known[hashed]) for hashed in mine if hashed in known]
            if not found:
                wrong[number] = gettext("this code was never handed out in this round. Compare it with the paper.")
            elif found[0][1].has_voted:
                wrong[number] = gettext("a ballot was cast with this code: it was no spare one. Look who opened it.")
            elif found[0][1].is_voided:
                wrong[number] = gettext("this code was voided before. Take the line out.")
            else:
                self.hashes.setdefault(found[0][1].stratum, []).append(found[0][0])
        if wrong:
            raise forms.ValidationError(
                [gettext("Line %(line)s: %(why)s") % {"line": line, "why": why} for line, why in sorted(wrong.items())]
            )
        return text

    def _read(self, lines: Sequence[tuple[int, str]]) -> tuple[dict[int, str], dict[int, str]]:
        codes: dict[int, str] = {}
        wrong: dict[int, str] = {}
        first: dict[str, int] = {}
        for number, line in lines:
            try:
                code = parse_code(line)
            except CodeError as error:
                wrong[number] = words.say(error.said, words_language(), **error.facts)
                continue
            if code in first:
                wrong[number] = gettext("the same code as in line %(line)s.") % {"line": first[code]}
                continue
            codes[number], first[code] = code, number
        return codes, wrong

    def _hashes(self, codes: Mapping[int, str]) -> dict[int, list[bytes]]:
        paper = [one.code for one in self.rules.strata if one.way is Way.PAPER]
        return {
            number: [code_hash(self.rules.code, stratum, code) for stratum in paper] for number, code in codes.items()
        }


class SignaturesForm(forms.Form):
    """How many signatures one person counted on the roll of each stratum."""

    def __init__(self, *args: Any, rows: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strata = {f"n-{row['stratum'].code}": row["stratum"] for row in rows}
        for row, (name, one) in zip(rows, self.strata.items(), strict=True):
            self.fields[name] = forms.IntegerField(
                label=named(one.title),
                required=False,
                min_value=0,
                max_value=one.invited,
                help_text=_("Counted once, by %(name)s.") % {"name": row["by"][0]}
                if row["by"]
                else _("Not counted yet."),
                error_messages={
                    "max_value": _("There are only %(limit_value)s persons on this roll. Count again."),
                },
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and all(given.get(name) is None for name in self.strata):
            raise forms.ValidationError(_("Type how many signatures you counted on at least one roll."))
        return given

    def typed(self) -> dict[str, int]:
        """Stratum -> signatures, those that were typed."""
        return {
            one.code: self.cleaned_data[name]
            for name, one in self.strata.items()
            if self.cleaned_data.get(name) is not None
        }
