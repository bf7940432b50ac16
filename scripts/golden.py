"""Write the reviewed edition of the small county anew: `python scripts/golden.py`, then read `git diff tests/golden`."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

from xiaoneng.core.edition import analyse

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"


def main() -> None:
    named = importlib.util.spec_from_file_location("small_county", GOLDEN / "test_small_county.py")
    assert named is not None
    assert named.loader is not None
    tests = importlib.util.module_from_spec(named)
    named.loader.exec_module(tests)
    with tempfile.TemporaryDirectory() as folder:
        edition = analyse(
            sorted((GOLDEN / "small_county").glob("*.csv")), out_dir=Path(folder) / "edition", on=tests.ON
        )
        for name in tests.REVIEWED:
            (GOLDEN / "expected" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(edition.folder / name, GOLDEN / "expected" / name)


if __name__ == "__main__":
    main()
