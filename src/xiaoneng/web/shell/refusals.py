"""A refusal in the reader's language: what it is, from the list of words, and beside it the exact sentence of the core."""

from __future__ import annotations

from django.utils.html import format_html

from xiaoneng.core import words
from xiaoneng.core.errors import XiaonengError

from .formats import is_chinese, words_language

_ROOT = "XiaonengError"


def kind_of(error: BaseException) -> str:
    """The name by which the list of words knows the refusal: that of its class, else of the nearest one above."""
    return next((kind.__name__ for kind in type(error).__mro__ if words.has_sentence(_key(kind.__name__))), _ROOT)


def told(error: XiaonengError) -> str:
    """What was refused, for a page: the sentence that the refusal names, else what kind it is and the core's own words."""
    said: str = getattr(error, "said", "")
    if said:
        return words.say(said, words_language(), **getattr(error, "facts", {}))
    return told_as(kind_of(error), str(error))


def told_as(kind: str, text: str) -> str:
    """The same of a refusal that was kept: its kind and its sentence. The core speaks English, so it stands alone there."""
    if not is_chinese():
        return text
    known = kind if words.has_sentence(_key(kind)) else _ROOT
    return format_html('{} <span lang="en">{}</span>', words.say(_key(known), words_language()), text)


def _key(kind: str) -> str:
    return f"refused.{kind}"
