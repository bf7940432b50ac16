"""Dashboards (看板): the week on one page, an agency, an item. Each page answers one question in a sentence first."""

__all__: list[str] = []
