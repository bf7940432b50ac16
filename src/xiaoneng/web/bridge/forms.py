"""What may be uploaded, and how columns are mapped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoneng.core import words
from xiaoneng.web.shell.formats import words_language

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".xes", ".xes.gz", ".jsonl", ".ndjson")
MOST_FILES = 20


def field_label(name: str | None, language: str) -> str:
    """What a field is called that a column fills; the field `name` is that of a step."""
    return words.label("field_name" if name == "name" else name, language)


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once, each looked at by name and size before any of it is kept."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        sent = data if isinstance(data, list | tuple) else [data]
        files = [single(one, initial) for one in sent or [None]]  # a list without files is refused like no file
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(n)d files at once. Send the others afterwards.") % {"n": MOST_FILES}
            )
        for file in files:
            if not file.name.lower().endswith(KINDS):
                raise forms.ValidationError(
                    _("%(name)s: files of this kind cannot be read. Save it as one of %(kinds)s.")
                    % {"name": file.name, "kinds": " ".join(KINDS)}
                )
            if file.size > settings.IMPORT_MAX_BYTES:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(most)d MiB. Split it, or save it as Parquet.")
                    % {"name": file.name, "most": settings.IMPORT_MAX_BYTES // 1024**2}
                )
        return files


class UploadForm(forms.Form):
    """One or more files that belong together."""

    files = _FilesField(  # type: ignore[assignment]  # the form class becomes a field of this name, not Django's own dictionary
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("CSV, Excel, Parquet, XES or JSON lines. Files that belong together go together."),
        widget=_SeveralFiles({"accept": ",".join(KINDS)}),
        error_messages={
            "required": gettext_lazy("Choose at least one file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class MappingForm(forms.Form):
    """Which column fills which field; one choice a column, what the names suggest chosen already."""

    name = forms.RegexField(
        r"^[A-Za-z0-9_\-\u4e00-\u9fff]{1,64}$",
        label=gettext_lazy("Name of this mapping"),
        help_text=gettext_lazy(
            "Letters, digits, Chinese characters, - and _. The next file of this kind is read by it."
        ),
        error_messages={"invalid": gettext_lazy("Use letters, digits, Chinese characters, - and _ only.")},
    )

    def __init__(self, peek: dict[str, Any], record: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        targets = peek["fields"][record]
        language = words_language()
        choices = [("", _("— leave out —"))]
        choices += [(one, field_label(one, language)) for one in targets]
        self.columns: list[tuple[str, str, list[str]]] = []
        used: set[str] = set()
        for number, (column, values) in enumerate(peek["samples"].items()):
            offers = [(kind, field) for kind, field in peek["offers"].get(column, ()) if field in targets]
            fitting = [field for kind, field in offers if kind == record] + [field for _kind, field in offers]
            offered = next((field for field in fitting if field not in used), "")
            used.add(offered)
            key = f"column_{number}"
            self.fields[key] = forms.ChoiceField(label=column, choices=choices, required=False, initial=offered)
            self.columns.append((key, column, values))

    @property
    def rows(self) -> list[tuple[Any, list[str]]]:
        """Each column's field beside some of its values."""
        return [(self[key], values) for key, _, values in self.columns]

    @property
    def mapping(self) -> dict[str, str]:
        """Column -> field, of what was chosen."""
        chosen = {column: self.cleaned_data[key] for key, column, _ in self.columns}
        return {column: target for column, target in chosen.items() if target}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen: dict[str, str] = {}
        for key, column, _values in self.columns:
            target = data.get(key)
            if target and target in seen:
                self.add_error(
                    key, _("“%(other)s” fills this field already. Keep one of the two.") % {"other": seen[target]}
                )
            elif target:
                seen[target] = column
        if not seen:
            raise forms.ValidationError(_("Choose a field for at least one column."))
        if self.record in ("cases", "events") and "case_no" not in seen and "case_key" not in seen:
            raise forms.ValidationError(_("Say which column holds the case number."))
        return data
