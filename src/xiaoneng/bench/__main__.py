"""`python -m xiaoneng.bench NAME [key=value …]`: one benchmark in this process, its rows as JSON."""

import importlib
import sys

from .runner import as_json, module_of


def _value(text: str) -> int | str:
    return int(text) if text.isdigit() else text


if __name__ == "__main__":
    given = dict(option.split("=", 1) for option in sys.argv[2:])
    measured = importlib.import_module(module_of(sys.argv[1]))
    print(as_json(measured.rows(**{key: _value(text) for key, text in given.items()})))
