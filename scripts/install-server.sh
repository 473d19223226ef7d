#!/usr/bin/env sh
# Installs a server that tests need with the system's package manager, when it is not there yet.
# Starts no service: tests run servers of their own.
# usage: install-server.sh PROGRAM DEBIAN_PACKAGE BREW_FORMULA
set -eu
program=$1
debian_package=$2
brew_formula=$3

# Debian keeps some servers where an ordinary user's PATH does not look.
PATH=$PATH:/usr/sbin
if command -v "$program" >/dev/null 2>&1; then
  exit 0
fi

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "$program is missing; run as root or with sudo: $*" >&2
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
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$debian_package"
elif command -v brew >/dev/null 2>&1; then
  brew install "$brew_formula"
else
  echo "$program is missing, and neither apt-get nor brew is here: install it by hand" >&2
  exit 1
fi

command -v "$program"
