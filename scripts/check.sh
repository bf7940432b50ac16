#!/bin/sh
# Everything a reviewer's machine asks, in one go; changes nothing. Every step runs, and the failed ones are named at the end.
set -u
BIN=${BIN:-.venv/bin}
failed=
XIAONENG_DATA_DIR=$(mktemp -d)
export XIAONENG_DATA_DIR
trap 'rm -rf "$XIAONENG_DATA_DIR"' EXIT

step() {
    title=$1
    shift
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$title"
    else
        printf 'FAILED  %s\n%s\n' "$title" "$output"
        failed="$failed
  $title"
    fi
}

step "lint" "$BIN/ruff" check .
step "format" "$BIN/ruff" format --check .
step "types" "$BIN/mypy"
step "floors" "$BIN/lint-imports"
step "house rules" "$BIN/python" -m pytest -n0 -q -p no:cacheprovider tests/house
step "method pages" "$BIN/python" scripts/methods.py --check
step "translations" "$BIN/python" scripts/messages.py --check
if [ -f src/xiaoneng/web/settings.py ]; then
    step "web settings" "$BIN/python" -m django check --settings xiaoneng.web.settings
    step "migrations" "$BIN/python" -m django makemigrations --check --dry-run --settings xiaoneng.web.settings
fi

if [ -n "$failed" ]; then
    printf '\nNot in order:%s\n' "$failed"
    exit 1
fi
