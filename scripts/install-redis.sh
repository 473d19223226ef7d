#!/usr/bin/env sh
# Installs redis-server with the system's package manager, when there is none on the PATH.
# Starts no service: tests run a server of their own.
set -eu

if command -v redis-server >/dev/null 2>&1; then
  exit 0
fi

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "redis-server is missing; run as root or with sudo: $*" >&2
    exit 1
  fi
}

if command -v apt-get >/dev/null 2>&1; then
  # A policy-rc.d of 101 keeps Debian from starting the service; one that exists is left alone.
  policy=/usr/sbin/policy-rc.d
  created=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    created=yes
  fi
  trap '[ "$created" = no ] || as_root rm -f "$policy"' EXIT
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server
elif command -v brew >/dev/null 2>&1; then
  brew install redis
else
  echo "redis-server is missing, and neither apt-get nor brew is here: install Redis 6.2 or newer" >&2
  exit 1
fi

redis-server --version
