"""What every test may ask for: the public data, a browser, and a count by name of what is missing on this machine."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parents[1]
MISSING = "missing here: "
PUBLIC_DATA = "public data folder"


# Same tests, same examples: no unseeded chance here either, and no limit that a busy machine would break.
hypothesis_settings.register_profile("house", deadline=None, derandomize=True)
hypothesis_settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def _set_up_django() -> None:
    """Ready the web half once; where it cannot be, core tests still run and web tests fail by themselves."""
    if importlib.util.find_spec("django") is None:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings")
    if "XIAONENG_DATA_DIR" not in os.environ:  # a folder of the tests' own
        folder = tempfile.mkdtemp(prefix="xiaoneng-tests-")
        os.environ["XIAONENG_DATA_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    import django
    from django.conf import settings
    from django.utils.functional import empty

    try:
        django.setup()
    except Exception as error:
        del os.environ["DJANGO_SETTINGS_MODULE"]
        settings._wrapped = empty  # otherwise pytest-django sets up once more, and no test at all can run
        print(f"The web application cannot be set up, its tests will fail: {type(error).__name__}: {error}")


_set_up_django()


def _public_data_dir() -> Path | None:
    named = os.environ.get("XIAONENG_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder.resolve() if folder.is_dir() else None


def skip_as_missing(what: str, *, fails_in_ci: bool = True) -> None:
    """Skip the running test because `what` is not on this machine; where CI is set, fail it instead."""
    if fails_in_ci and os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI nothing may be missing", pytrace=False)
    pytest.skip(MISSING + what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data beside the checkout (or named by XIAONENG_SHARED_DATA)."""
    folder = _public_data_dir()
    if folder is None:
        skip_as_missing(PUBLIC_DATA, fails_in_ci=False)
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Debian's Chromium (or the one named by XIAONENG_CHROMIUM)."""
    found = os.environ.get("XIAONENG_CHROMIUM") or shutil.which("chromium")
    if not found:
        skip_as_missing("chromium")
    return Path(str(found))


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Any]:
    """A running headless browser; ask it for a new page or context in each test."""
    from playwright.sync_api import sync_playwright

    # The browser's library keeps a loop running in this thread, in which Django would refuse later tests their database
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(chromium_path), args=["--no-sandbox"])
        yield running
        running.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the public data carries the marker, and the other way round."""
    absent = _public_data_dir() is None
    for item in items:
        asks = "shared_data" in getattr(item, "fixturenames", ())
        if asks and not item.get_closest_marker("shared_data"):
            item.add_marker(pytest.mark.shared_data)
        if absent and item.get_closest_marker("shared_data"):
            item.add_marker(pytest.mark.skip(reason=MISSING + PUBLIC_DATA))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say by name what was skipped because it is missing on this machine."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", ()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MISSING in reason:
            counts[reason.partition(MISSING)[2].strip()] += 1
    for what, count in sorted(counts.items()):
        tests = "1 test" if count == 1 else f"{count} tests"
        if what == PUBLIC_DATA:
            terminalreporter.write_line(f"{tests} on public data skipped: folder absent")
        else:
            terminalreporter.write_line(f"{tests} skipped: {what} is missing here")
