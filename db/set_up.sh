#!/bin/sh
# Makes the checkout ready: system packages, the virtual environment .venv, the pinned packages.
# Quick when nothing has changed; without network once the packages are there.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for PYTHON in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    is_new_enough "$PYTHON" && break
    PYTHON=
done
if [ -z "$PYTHON" ]; then
    printf 'error: Python 3.11 or newer was not found.\n  next: install it, or name it: make run PYTHON=/path/to/python3\n' >&2
    exit 2
fi
export PYTHON

db/install_system_packages.sh
if ! cmp -s requirements.txt .venv/requirements.txt || ! is_new_enough .venv/bin/python; then
    echo "installing the Python packages of requirements.txt into .venv"
    is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 || "$PYTHON" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-virtualenv --no-input --root-user-action=ignore -r requirements.txt
    cp requirements.txt .venv/requirements.txt
fi
ln -sf ../../db/command/planner .venv/bin/planner
# Where Python may not keep what it has compiled, each command would compile the project anew, a sixth of its start:
# pip compiles packages whether it may or not, and so is the project.
if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; then
    .venv/bin/python -m compileall -q -j 0 db desk etl model report tests >/dev/null 2>&1 || :
fi
