"""`python -m xiaoneng.web.ops.filling`: what the apps add to the demo county, a line a step (see `demo`)."""

from __future__ import annotations

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings")
    import django

    django.setup()
    from .demo import fill_parts

    for line in fill_parts():
        print(line, flush=True)  # noqa: T201 the parent process reads it
    return 0


if __name__ == "__main__":
    sys.exit(main())
