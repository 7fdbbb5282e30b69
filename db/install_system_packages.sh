#!/bin/sh
# Installs what the planner needs from Debian or Ubuntu: PostgreSQL with PostGIS and pgRouting (unless DATABASE_URL
# names a server) and Python's venv. When all is there it does nothing, asks for no right and needs no network.
#   db/install_system_packages.sh            installs
#   db/install_system_packages.sh --list     prints the packages that are missing
#   db/install_system_packages.sh --server   installs the server alone, as the image of the database does
set -eu

PYTHON=${PYTHON:-python3}

fail() {
    printf 'error: %s\n  next: %s\n' "$1" "$2" >&2
    exit 2
}

# The newest server on this machine, complete ones first; empty if there is none.
installed_major() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn); do
        [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] || continue
        major=$(basename "$(dirname "$folder")")
        is_complete "$major" && { echo "$major"; return; }
        newest=${newest:-$major}
    done
    echo "${newest:-}"
}

is_complete() {
    [ -e "/usr/share/postgresql/$1/extension/postgis.control" ] &&
        [ -e "/usr/share/postgresql/$1/extension/pgrouting.control" ]
}

# The major version that the distribution's own package `postgresql` stands for, such as 15 for 15+248.
candidate_major() {
    apt-cache policy postgresql | sed -n 's/^ *Candidate: \([0-9][0-9]*\).*/\1/p'
}

missing_for_server() {
    [ -z "${DATABASE_URL:-}" ] || return 0
    major=$(installed_major)
    if [ -z "$major" ]; then
        major=$(candidate_major)
        echo "postgresql-${major:-N} postgresql-${major:-N}-postgis-3 postgresql-${major:-N}-pgrouting"
    elif ! is_complete "$major"; then
        echo "postgresql-$major-postgis-3 postgresql-$major-pgrouting"
    fi
}

missing_for_python() {
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || "$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
}

missing_packages() {
    [ "$1" = --server ] || missing_for_python
    missing_for_server
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif [ -t 0 ]; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# Other systems: `python -m db up` finds the server by itself, or says what to install.
command -v apt-get >/dev/null || exit 0

missing=$(echo $(missing_packages "${1:-}"))
[ "${1:-}" != --list ] || { echo "$missing"; exit 0; }
[ -n "$missing" ] || exit 0

[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail "These system packages are missing, and only root can install them: $missing" "as root: apt-get install $missing"
echo "installing system packages: $missing"
as_root apt-get update -q || echo "the package lists could not be brought up to date; trying with those that are here" >&2
missing=$(echo $(missing_packages "${1:-}"))
as_root apt-get install -q -y --no-install-recommends $missing </dev/null ||
    fail "The system packages could not be installed: $missing" \
        "install them by hand, or set DATABASE_URL to a server with PostGIS and pgRouting."
