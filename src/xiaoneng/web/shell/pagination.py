"""Long lists in pages; the page number lives in the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_PER_PAGE = 50


def paginated(request: HttpRequest, rows: Any, *, per_page: int = ROWS_PER_PAGE) -> Page[Any]:
    """The page of rows that the address asks for (`?page=3`); the nearest one where it asks for nonsense."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
