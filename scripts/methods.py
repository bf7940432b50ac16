"""Write the rules of each method page from its specs; with --check, only say which pages are stale.

A page `docs/methods/<name>.md` holds hand-written text and, between the two marks below, one entry a test of
`tests/spec/test_<name>.py` (and `test_<name>_*.py`): title, docstring and drawings, in the order of the file.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "methods"
SPECS = ROOT / "tests" / "spec"
BEGIN = "<!-- from the specs: begin -->"
END = "<!-- from the specs: end -->"
HEAD = "## The rules, one a test"


def rules(spec: Path) -> str:
    """One bullet a test, drawings beneath it."""
    entries = []
    for node in ast.walk(ast.parse(spec.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            entries.append((node.lineno, _entry(node)))
    return "\n".join(text for _, text in sorted(entries))


def _entry(node: ast.FunctionDef) -> str:
    title = node.name.removeprefix("test_").replace("_", " ")
    said = ast.get_docstring(node) or ""
    lines = [f"- **{title[:1].upper()}{title[1:]}.** {' '.join(said.split())}".rstrip()]
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "-+-" in inner.value:
            drawing = textwrap.dedent(inner.value.strip("\n")).rstrip()
            drawing = "\n".join(line.strip() for line in drawing.splitlines())
            lines += ["", textwrap.indent(f"```text\n{drawing}\n```", "  "), ""]
    return "\n".join(lines)


def pages() -> list[Path]:
    return sorted(path for path in PAGES.glob("*.md") if path.name != "README.md")


def written(page: Path) -> str:
    """The page as it should be."""
    name = page.stem
    specs = [path for path in (SPECS / f"test_{name}.py", *sorted(SPECS.glob(f"test_{name}_*.py"))) if path.is_file()]
    text = page.read_text(encoding="utf-8")
    if not specs:
        return text
    section = f"{BEGIN}\n\n{HEAD}\n\n" + "\n".join(rules(spec) for spec in specs).strip() + f"\n\n{END}\n"
    if BEGIN in text:
        before, _, rest = text.partition(BEGIN)
        return before + section + rest.partition(END)[2].lstrip("\n")
    return text.rstrip("\n") + "\n\n" + section


def main() -> int:
    stale = [page for page in pages() if written(page) != page.read_text(encoding="utf-8")]
    if "--check" in sys.argv[1:]:
        for page in stale:
            print(f"{page.relative_to(ROOT)} is behind its specs: run make fix")
        return 1 if stale else 0
    for page in stale:
        page.write_text(written(page), encoding="utf-8")
        print(f"{page.relative_to(ROOT)}: rules written from its specs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
