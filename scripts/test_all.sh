#!/bin/sh
# Run the test suite on every Python from 3.11 that this machine has, each in an environment of its own (.venv-3.12 ...).
set -eu
failed=
for version in 3.11 3.12 3.13; do
    python=
    for candidate in "$HOME/.pyenv/versions/$version".*/bin/python3 "$(command -v "python$version" 2>/dev/null || true)"; do
        if [ -x "$candidate" ] && "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null
        then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Python $version: not on this machine, left out"
        continue
    fi
    echo "Python $version: $python"
    make --no-print-directory test VENV=".venv-$version" PYTHON="$python" ARGS="$*" || failed="$failed $version"
done
[ -z "$failed" ] || { echo "Failed on Python$failed" >&2; exit 1; }
