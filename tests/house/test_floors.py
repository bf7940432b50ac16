"""A room has a front door: other rooms import the door, never what is behind it."""

from __future__ import annotations

import ast
from pathlib import Path

CORE = "xiaoneng.core"


def _imported(module: str, is_package: bool, tree: ast.Module) -> list[tuple[int, str, list[str]]]:
    """Every import in a module as (line, absolute module, names taken from it)."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".")
            if node.level:
                base = base[: len(base) - node.level + (1 if is_package else 0)]
                target = ".".join([*base, *(node.module or "").split(".")]).rstrip(".")
            else:
                target = node.module or ""
            found.append((node.lineno, target, [alias.name for alias in node.names]))
    return found


def _module(name: str) -> tuple[str, bool]:
    dotted = name.removeprefix("src/").removesuffix(".py").replace("/", ".")
    return dotted.removesuffix(".__init__"), dotted.endswith(".__init__")


def _offered(door: Path) -> set[str]:
    """The names in the `__all__` of a door."""
    for node in ast.parse(door.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets
        ):
            return set(ast.literal_eval(node.value))
    return set()


def test_other_rooms_come_in_by_the_door(sources: dict[str, str], root: Path) -> None:
    """`from xiaoneng.core.clocks.due import x` is allowed inside core/clocks only."""
    rooms = {path.parent.name for path in (root / "src/xiaoneng/core").glob("*/__init__.py")}
    files = {name.removeprefix("src/").removesuffix(".py").replace("/", ".") for name in sources}
    offered = {f"{CORE}.{room}": _offered(root / f"src/xiaoneng/core/{room}/__init__.py") for room in rooms}
    wrong = []
    for name, text in sources.items():
        module, is_package = _module(name)
        for line, target, names in _imported(module, is_package, ast.parse(text)):
            parts = target.split(".")
            if target.startswith(CORE + ".") and parts[2] in rooms:
                home = f"{CORE}.{parts[2]}"
                inside = module == home or module.startswith(home + ".")
                behind = len(parts) > 3 or any(
                    f"{target}.{taken}" in files and taken not in offered[target] for taken in names
                )
                if behind and not inside:
                    wrong.append(f"{name}:{line}: {target} {', '.join(names)}")
    assert wrong == []


FILES_OF_AN_APP = ["models", "queries", "actions", "forms", "views", "urls"]  # from the ground up
OPEN_TO_EVERY_APP = {"terms", "errors", "words", "law", "calendar", "text", "drawing", "clocks", "suppression"}
OPEN_TO_EVERY_APP |= {
    "appraisal",
    "ballots",
    "ratings",
    "sampling",
    "screening",
}  # small tables, no engine: see decision 17
OPEN_TO_ALL_OF_CORE = {"bridge"}


def test_inside_an_app_imports_go_downwards(sources: dict[str, str]) -> None:
    """urls > views > forms > actions > queries > models."""
    wrong = []
    for name, text in sources.items():
        module, is_package = _module(name)
        parts = module.split(".")
        if not module.startswith("xiaoneng.web.") or len(parts) < 4 or parts[3] not in FILES_OF_AN_APP:
            continue
        home = ".".join(parts[:3])
        for line, target, names in _imported(module, is_package, ast.parse(text)):
            taken = [target.removeprefix(home + ".").split(".")[0]] if target.startswith(home + ".") else names
            if target != home and not target.startswith(home + "."):
                continue
            above = FILES_OF_AN_APP[FILES_OF_AN_APP.index(parts[3]) + 1 :]
            wrong += [f"{name}:{line}: {other}" for other in taken if other in above]
    assert wrong == []


def test_only_the_bridge_uses_the_whole_core(sources: dict[str, str]) -> None:
    """Any app may use core.terms, errors, words, law, calendar, text, drawing, clocks; the rest comes over the bridge."""
    wrong = []
    for name, text in sources.items():
        module, is_package = _module(name)
        if not module.startswith("xiaoneng.web.") or module.split(".")[2] in OPEN_TO_ALL_OF_CORE:
            continue
        for line, target, names in _imported(module, is_package, ast.parse(text)):
            rooms = [target.split(".")[2]] if target.startswith(CORE + ".") else names if target == CORE else []
            wrong += [f"{name}:{line}: core.{room}" for room in rooms if room not in OPEN_TO_EVERY_APP]
    assert wrong == []


def test_every_room_names_what_its_door_offers(root: Path) -> None:
    silent = [
        door.parent.name
        for door in sorted((root / "src/xiaoneng/core").glob("*/__init__.py"))
        if door.parent.name != "words" and "__all__" not in door.read_text(encoding="utf-8")
    ]
    assert silent == []


def test_the_core_reads_no_wall_clock_and_no_unseeded_chance(sources: dict[str, str]) -> None:
    """Same inputs, same bytes: the day is an argument, and chance has a seed."""
    forbidden = {
        ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time"),
        ("random", "random"), ("random", "choice"), ("random", "randint"), ("random", "shuffle"),
        ("uuid", "uuid4"), ("uuid", "uuid1"), ("secrets", "token_hex"), ("os", "urandom"),
    }  # fmt: skip
    wrong = []
    for name, text in sources.items():
        if not name.startswith("src/xiaoneng/core/"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if (node.value.id, node.attr) in forbidden:
                    wrong.append(f"{name}:{node.lineno}: {node.value.id}.{node.attr}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "default_rng":
                if not node.args and not node.keywords:
                    wrong.append(f"{name}:{node.lineno}: default_rng without a seed")
    assert wrong == []


def test_only_the_engine_knows_the_engine(sources: dict[str, str]) -> None:
    """`import duckdb` stands in core/engine.py; nobody else imports it."""
    wrong = []
    for name, text in sources.items():
        if name == "src/xiaoneng/core/engine.py":
            continue
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            wrong += [f"{name}:{node.lineno}" for imported in names if imported.split(".")[0] == "duckdb"]
    assert wrong == []
