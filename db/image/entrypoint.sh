#!/bin/sh
# Makes the cluster in an empty volume, once, then runs the server until it is told to stop.
#   POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE   password of POSTGRES_USER; the volume remembers it
#   POSTGRES_USER, POSTGRES_DB                    the superuser and its database (planner)
# Arguments after `postgres` are the server's; any other command is run instead of it.
set -eu

volume=/var/lib/postgresql/data
major=$(postgres --version | sed 's/.*) \([0-9]*\).*/\1/')
cluster=$volume/$major

fail() {
    printf 'error: %s\n  next: %s\n' "$1" "$2" >&2
    exit 2
}

given_password() {
    if [ -n "${POSTGRES_PASSWORD:-}" ] && [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
        fail "POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set." "set one of them."
    elif [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
        [ -r "$POSTGRES_PASSWORD_FILE" ] ||
            fail "POSTGRES_PASSWORD_FILE ($POSTGRES_PASSWORD_FILE) cannot be read by user $(id -u)." \
                "name a file that this user may read."
        password=$(cat "$POSTGRES_PASSWORD_FILE")
    else
        password=${POSTGRES_PASSWORD:-}
    fi
    [ -n "$password" ] ||
        fail "The volume is empty, and no password was given for the database that is made in it." \
            "set POSTGRES_PASSWORD, or POSTGRES_PASSWORD_FILE to a file that holds it."
    [ "$(printf '%s\n' "$password" | wc -l)" = 1 ] ||
        fail "The password has more than one line." "give a password of one line."
    # initdb would repeat the password in what it says of such a name
    case $POSTGRES_USER in *'"'*) fail "POSTGRES_USER has a quotation mark." "give a name without." ;; esac
}

# A volume of another major version is left as it is: this server cannot read it.
refuse_other_versions() {
    for found in "$volume/PG_VERSION" "$volume"/*/PG_VERSION; do
        [ -e "$found" ] && [ "$found" != "$cluster/PG_VERSION" ] && [ "$found" != "$cluster.part/PG_VERSION" ] || continue
        fail "The volume holds data of PostgreSQL $(cat "$found"), and this image is PostgreSQL $major." \
            "dump them with the image that made them, then restore them into a new volume."
    done
}

# Made beside its place, so that a cluster that was interrupted is never taken for a whole one.
make_cluster() {
    given_password
    rm -rf "$cluster.part"
    printf '%s\n' "$password" | initdb --pgdata="$cluster.part" --username="$POSTGRES_USER" --pwfile=/dev/stdin \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --lc-messages=C
    echo "include '/etc/planner/postgresql.conf'" >>"$cluster.part/postgresql.conf"
    if [ "$POSTGRES_DB" != postgres ]; then
        echo "create database \"$(printf %s "$POSTGRES_DB" | sed 's/"/""/g')\"" |
            postgres --single -D "$cluster.part" postgres >/dev/null
    fi
    mv "$cluster.part" "$cluster"
}

# SIGTERM alone would wait until the last session ends; both signals end sessions and stop at once.
serve() {
    "$@" -D "$cluster" &
    server=$!
    trap 'kill -INT "$server" 2>/dev/null || true' TERM INT
    while kill -0 "$server" 2>/dev/null; do
        status=0
        wait "$server" || status=$?
    done
    exit "$status"
}

case ${1:-} in
    postgres) ;;
    *) exec "$@" ;;
esac
[ -w "$volume" ] || fail "The volume cannot be written by user $(id -u)." "give $volume to that user."
refuse_other_versions
trap 'exit 143' TERM
trap 'exit 130' INT
[ -e "$cluster/PG_VERSION" ] || make_cluster
unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE password
serve "$@"
