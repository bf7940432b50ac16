"""The shell (外壳): base page, components, number and date formats, language and large-type switches, error pages.

A page extends `shell/base.html`; its tags and filters (`templatetags/shell.py`) are built in and need no load.
"""

from .access import open_to_all, permitted
from .asking import asked
from .nav import NavItem, add_to_nav
from .pagination import paginated
from .refusals import told

__all__ = ["NavItem", "add_to_nav", "asked", "open_to_all", "paginated", "permitted", "told"]
