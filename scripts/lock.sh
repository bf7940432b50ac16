#!/bin/sh
# Resolve the dependencies of pyproject.toml into hashed locks that name no registry. `lock.sh --upgrade` takes newer versions.
set -eu
BIN=${BIN:-.venv/bin}
[ -x "$BIN/uv" ] || { echo "There is no $BIN/uv yet: run make setup first." >&2; exit 1; }

resolve() {
    into=$1
    shift
    "$BIN/uv" --quiet pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links --output-file "locks/$into.txt" "$@"
    echo "locks/$into.txt: $(grep -c '==' "locks/$into.txt") packages"
}

mkdir -p locks
"$BIN/uv" --quiet pip compile --group setup --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --output-file locks/uv.txt "$@"
resolve run --extra web --group build "$@"
resolve dev --extra web --group build --group dev --constraints locks/run.txt "$@"
resolve oracle --extra web --extra oracle --group build --group dev --constraints locks/dev.txt "$@"
