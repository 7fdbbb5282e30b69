#!/bin/sh
# Gives Docker the image that the Dockerfiles begin with: nothing is done where it is there, it is pulled where a
# registry has it, and else it is made from the Debian mirror that this machine's apt uses. An image made here is
# for this machine: apt and pip in it take the ways that they take here.
#   db/image/base.sh
set -eu
cd "$(dirname "$0")"

image=$(sed -n 's/^FROM //p' Dockerfile)
suite=$(echo "$image" | sed 's/.*:\([a-z]*\).*/\1/')
docker image inspect "$image" >/dev/null 2>&1 && exit 0
docker pull --quiet "$image" 2>/dev/null && exit 0

fail() {
    printf 'error: %s\n  next: %s\n' "$1" "$2" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Lines of a sources.list for this suite, its updates and security updates.
sources() {
    apt-get indextargets 'Created-By: Packages' --format '$(CODENAME) deb $(REPO_URI) $(RELEASE) $(COMPONENT)' |
        sed -n "s/^$suite\(-updates\|-security\)\? \(deb .* main\)$/\2/p" | sort -u
}

# What pip is told on this machine, as a pip.conf; its certificates go into the image.
pip_settings() {
    echo '[global]'
    python3 -m pip config list 2>/dev/null |
        sed -nE "s/^(global|:env:)\.(index-url|extra-index-url|proxy|trusted-host|cert)='(.*)'$/\2 = \3/p" |
        sort -u -t= -k1,1 | sed "s|^cert = .*|cert = $certificates|"
}

command -v debootstrap >/dev/null || fail "$image cannot be pulled, and debootstrap is not installed." \
    "as root: apt-get install debootstrap"
mirror=$(sources | sed -n "s/^deb \([^ ]*\) $suite main$/\1/p" | head -n 1)
[ -n "$mirror" ] || fail "$image cannot be pulled, and apt knows no mirror of Debian $suite." \
    "let Docker pull $image, or import it."

eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
export http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}"
certificates=/etc/ssl/machine.pem
root=$(mktemp -d)
clean_up() {
    as_root umount "$root" 2>/dev/null || true
    as_root rm -rf "$root"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
as_root mount -t tmpfs -o size=1g,mode=755 tmpfs "$root" 2>/dev/null || true # half the time of a disk
as_root debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" ||
    fail "debootstrap could not make $image." "read $root.log."
rm -f "$root.log"

sources | as_root tee "$root/etc/apt/sources.list" >/dev/null
apt-config dump | grep -iE '^Acquire::(https?|ftp)::.*(proxy|verify)' |
    as_root tee "$root/etc/apt/apt.conf.d/90machine" >/dev/null
# As published images have it: a layer that a crash spoils is made again.
echo force-unsafe-io | as_root tee "$root/etc/dpkg/dpkg.cfg.d/docker-apt-speedup" >/dev/null
pip_settings | as_root tee "$root/etc/pip.conf" >/dev/null
bundle=$(python3 -m pip config list 2>/dev/null | sed -n "s/^.*\.cert='\(.*\)'$/\1/p" | head -n 1)
[ -z "$bundle" ] || as_root install -D -m 644 "$bundle" "$root$certificates"
as_root rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root/usr/share/doc" "$root/usr/share/man"
as_root tar --create --directory="$root" . | docker import --change 'CMD ["bash"]' - "$image" >/dev/null
echo "made $image from the mirror of this machine's apt"
