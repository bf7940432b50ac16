#!/bin/sh
# Make the environment in $VENV and install one of the locks: `setup.sh run`, `setup.sh dev` or `setup.sh oracle`.
# Needs python3 (3.11 or newer) and python3-venv; says what to install where one of them is missing.
set -eu

what=$1
VENV=${VENV:-.venv}
PYTHON=${PYTHON:-python3}
lock=locks/$what.txt

stop() {
    printf '\n%s\n' "Cannot set up: $1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# --- which Python -----------------------------------------------------------------------------------------------------

if [ ! -x "$VENV/bin/python" ] || ! new_enough "$VENV/bin/python"; then
    found=
    for candidate in "$PYTHON" python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && new_enough "$candidate"; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        if command -v "$PYTHON" >/dev/null 2>&1; then
            there=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo "an unusable one")
            stop "Python 3.11 or newer is needed, and $PYTHON is $there. 需要 Python 3.11 以上。" \
                "On Debian 12 or newer:  apt install python3 python3-venv" \
                "Elsewhere, name a newer one:  make run PYTHON=/path/to/python3.12"
        fi
        stop "there is no $PYTHON on this machine. 本机没有 $PYTHON。" "On Debian 12 or newer:  apt install python3 python3-venv"
    fi
    if ! "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        stop "$found cannot make environments: its venv module is not installed. 缺少 venv 模块。" "On Debian:  apt install python3-venv"
    fi
    echo "Making the environment $VENV with $("$found" --version) ..."
    rm -rf "$VENV"
    "$found" -m venv "$VENV" || stop "$found -m venv $VENV failed." "On Debian:  apt install python3-venv"
fi

python=$VENV/bin/python
log=$VENV/setup.log
: >"$log"

# --- fetching ---------------------------------------------------------------------------------------------------------

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_REQUIRE_VIRTUALENV=1
pip() { "$python" -m pip --quiet --retries 2 "$@" >>"$log" 2>&1; }

explain_and_stop() {
    grep -iE '^error' "$log" | tail -n 3 >&2 || true
    if grep -qiE 'connection|resolve|unreachable|timed out|name or service|dns error|error sending request|proxy' "$log"; then
        stop "the package index cannot be reached, so nothing could be downloaded. 无法联网下载。" \
            "Connect this machine to the internet once, or name a mirror you can reach:" \
            "  PIP_INDEX_URL=<address of the mirror> make run" \
            "The whole record is in $log."
    fi
    stop "$1 could not be installed." "The whole record is in $log."
}

# The fast installer reads no pip.conf: a mirror that pip knows is handed on. Hashes in the lock guard what comes from it.
pip_setting() { "$python" -m pip config get "global.$1" 2>/dev/null | tr '\n' ' ' || true; }
hand_on() {
    eval "known=\${$1:-}"
    value=$2
    if [ -z "$known" ] && [ -n "$value" ]; then export "$1=$value"; fi
}
uv_ready() {
    [ "$("$VENV/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" = "$(sed -n 's/^uv==\([^ ]*\).*/\1/p' locks/uv.txt)" ] ||
        pip install --require-hashes -r locks/uv.txt
}
uv_install() {
    hand_on UV_DEFAULT_INDEX "${PIP_INDEX_URL:-$(pip_setting index-url)}"
    hand_on UV_INDEX "${PIP_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}"
    hand_on SSL_CERT_FILE "${PIP_CERT:-$(pip_setting cert)}"
    UV_INDEX_STRATEGY=unsafe-best-match "$VENV/bin/uv" --quiet pip install --python "$python" "$@" >>"$log" 2>&1
}

echo "Installing what $lock names ..."
if uv_ready; then
    uv_install --compile-bytecode --require-hashes -r "$lock" || {
        echo "The fast installer did not manage; trying again with pip alone ..."
        pip install --require-hashes -r "$lock" || explain_and_stop "what $lock names"
    }
else
    pip install --require-hashes -r "$lock" || explain_and_stop "what $lock names"
fi

if [ "$what" = run ]; then
    pip install --no-deps --no-build-isolation --no-index --editable . || explain_and_stop "the project itself"
fi
