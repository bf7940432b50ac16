"""The processes that take ballots and sign tokens stay small: what reckons is loaded where it is asked for, and not before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_LOADED = """
import json, sys
import django; django.setup()
from importlib import import_module
from django.conf import settings
import_module(settings.ROOT_URLCONF)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {"duckdb", "numba", "numpy", "pyarrow", "scipy", "typst"}


@pytest.mark.parametrize(
    ("part", "kept_out"),
    [("settings_box", HEAVY), ("settings_registrar", HEAVY), ("settings", {"numba", "scipy", "typst"})],
)
def test_a_server_that_has_read_all_its_pages_has_not_loaded_what_reckons(
    part: str, kept_out: set[str], tmp_path: Path
) -> None:
    """scipy and numba alone take 130 MB."""
    environment = {
        **os.environ,
        "XIAONENG_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": f"xiaoneng.web.{part}",
    }
    done = subprocess.run([sys.executable, "-c", _LOADED], env=environment, check=True, capture_output=True, text=True)
    assert kept_out & set(json.loads(done.stdout)) == set()
