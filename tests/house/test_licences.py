"""What we install may be passed on with the product: no GPL, no AGPL, and nothing that does not say its licence."""

from __future__ import annotations

import ast
import re
from importlib import metadata
from pathlib import Path

import pytest

STRONG_COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public|affero", re.IGNORECASE)
WEAK = re.compile(r"LGPL|Lesser General Public|MPL|Mozilla", re.IGNORECASE)
SECOND_OPINIONS = {"pm4py", "polars", "pandas", "rustxes", "chinese_calendar", "holidays"}
NEVER = {
    *("pm4py", "viewflow", "django_viewflow", "sksurv", "rddensity", "pymerkle", "jiojio", "zhconv", "lunardate"),
}


def _locked(root: Path, lock: str) -> list[str]:
    return sorted(
        set(re.findall(r"^([a-z0-9][\w.-]*)==", (root / "locks" / lock).read_text(encoding="utf-8"), re.MULTILINE))
    )


def _licence(name: str) -> str | None:
    """What the installed package says of its licence; None where it is not installed on this platform."""
    try:
        head = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    trove = [line for line in head.get_all("Classifier") or () if line.startswith("License ::")]
    expression = head.get("License-Expression")
    text = (head.get("License") or "").strip().split("\n")[0][:100]
    return "; ".join(filter(None, [expression, *trove, text if not expression else ""]))


def test_every_library_of_the_product_may_be_passed_on(root: Path) -> None:
    licences = {name: _licence(name) for name in _locked(root, "run.txt")}
    installed = {name: text for name, text in licences.items() if text is not None}
    assert len(installed) > 20
    assert [name for name, text in installed.items() if not text] == []
    strong = {name: text for name, text in installed.items() if STRONG_COPYLEFT.search(text) and not WEAK.search(text)}
    assert strong == {}


@pytest.mark.parametrize("forbidden", sorted(NEVER))
def test_no_library_under_a_strong_copyleft_is_locked_for_running(root: Path, forbidden: str) -> None:
    assert forbidden not in {name.replace("-", "_") for name in _locked(root, "run.txt") + _locked(root, "dev.txt")}


def test_second_opinions_are_not_imported_by_the_product(sources: dict[str, str]) -> None:
    """Peers of the benchmarks are imported by the benchmark only."""
    wrong = []
    for name, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for imported in names:
                first = imported.split(".")[0]
                if first in NEVER or (first in SECOND_OPINIONS and "bench" not in name):
                    wrong.append(f"{name}:{node.lineno}: {imported}")
    assert wrong == []
