#!/usr/bin/env bash
# usage: debroot.sh FOLDER SUITE PACKAGE...
# Unpacks packages of another Debian suite, with the libraries they need, into a folder. Nothing is installed: apt resolves and
# verifies them (signature and checksums) in a private state of its own, and no maintainer script runs. A program in it runs with
# the folder's own loader and libraries. Does nothing when FOLDER already holds the same request.
set -euo pipefail
[[ $# -ge 3 ]] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
folder=$1 suite=$2; shift 2
request="$suite $*"
[[ "$(cat "$folder/.request" 2>/dev/null)" == "$request" ]] && exit 0

die() { echo "debroot: $*" >&2; exit 1; }
command -v apt-get >/dev/null || die "needs apt (Debian or Ubuntu)"
# shellcheck disable=SC2016  # apt expands it
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/\?$')} ||
  die "apt knows no Debian mirror: set DEBIAN_MIRROR"
keyring=${DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

rm -rf "$folder"
mkdir -p "$folder/.apt"
apt=$(cd "$folder/.apt" && pwd)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt"/{state/lists,cache/archives}/partial
chmod -R a+rX "$apt"
: >"$apt/status"
echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<EOF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
EOF
private_apt() { apt-get -qq --config-file "$apt/apt.conf" "$@"; }

echo "debroot: $* of Debian $suite into $folder"
private_apt update
private_apt install --yes --download-only "$@" >/dev/null

# Packages that still ship /lib or /bin must land in /usr.
for name in bin sbin lib lib64; do
  mkdir -p "$folder/usr/$name"
  ln -s "usr/$name" "$folder/$name"
done
for package in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner -C "$folder" \
    --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/perl*'
done
echo "$request" >"$folder/.request"
