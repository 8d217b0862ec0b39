#!/usr/bin/env bash
# Makes .venv beside this file and installs the program into it; with --dev also what the tests need.
set -euo pipefail
cd "$(dirname "$0")"
python="${PYTHON:-python3}"
if [ ! -x .venv/bin/python ]; then
  # Debian ships venv apart from python3: where it is missing, virtualenv from pip does the same.
  "$python" -m venv .venv >/dev/null 2>&1 || {
    rm -rf .venv
    "$python" -m pip install --quiet --user --break-system-packages virtualenv
    "$python" -m virtualenv --quiet .venv
  }
fi
if [ "${1:-}" = "--dev" ]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
  if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1 ||
      echo "chromium could not be installed: the browser tests will be skipped" >&2
  fi
else
  .venv/bin/python -m pip install --quiet --disable-pip-version-check .
fi
