#!/bin/sh
# Installs gait from a release, for the one who runs it: no root is needed.
#
#   sh install.sh --from DIR|URL [--to DIR] [--target NAME] [--public-key PEM]
#
# --from        the folder of a release, or the address below which its files are (default: the folder of this script)
# --to          where the program goes, as DIR/gait (default: $HOME/.local/bin)
# --target      linux-x64, linux-arm64-musl, darwin-arm64, ... (default: this machine)
# --public-key  Ed25519 key, in PEM, that must have signed SHA256SUMS; got from its owner, not from where the release is
#
# The digest of the program is checked before it is put anywhere, and it appears whole under its name or not at all.
# Without --public-key the sums show that nothing was cut or mixed up. They do not show who made them.
set -eu

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

need() {
  command -v "$1" > /dev/null 2>&1 || fail "$1 is not on this machine${2:+: $2}"
}

value() {
  [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value"
}

from=
to=
target=
key=
while [ $# -gt 0 ]; do
  case $1 in
    --from) value "$@"; from=$2; shift 2 ;;
    --to) value "$@"; to=$2; shift 2 ;;
    --target) value "$@"; target=$2; shift 2 ;;
    --public-key) value "$@"; key=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
    *) fail "unknown: $1 (--help shows what there is)" ;;
  esac
done
[ -n "$from" ] || from=$(dirname -- "$0")
[ -n "$to" ] || to=${HOME:?is not set: give --to}/.local/bin

this_target() {
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no gait for the processor $(uname -m)" ;;
  esac
  case $(uname -s) in
    Linux)
      libc=
      # glibc's loader comes first: a glibc machine may have musl beside it.
      for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do
        [ -e "$loader" ] && libc=glibc
      done
      if [ -z "$libc" ]; then
        for loader in /lib/ld-musl-*.so.1; do
          [ -e "$loader" ] && arch=$arch-musl
        done
      fi
      echo "linux-$arch"
      ;;
    Darwin) echo "darwin-$arch" ;;
    *) fail "there is no gait for $(uname -s) here: give --target, or copy the program by hand" ;;
  esac
}

sha256_of() {
  if command -v sha256sum > /dev/null 2>&1; then
    sha256sum < "$1" | cut -c 1-64
  elif command -v shasum > /dev/null 2>&1; then
    shasum -a 256 < "$1" | cut -c 1-64
  elif command -v openssl > /dev/null 2>&1; then
    openssl dgst -sha256 -r < "$1" | cut -c 1-64
  else
    fail "no sha256sum, shasum or openssl is on this machine: nothing can be checked"
  fi
}

fetch() {
  case $from in
    http://* | https://*)
      if command -v curl > /dev/null 2>&1; then
        curl -fsSL -o "$2" -- "${from%/}/$1" || fail "${from%/}/$1 can't be fetched"
      elif command -v wget > /dev/null 2>&1; then
        wget -q -O "$2" -- "${from%/}/$1" || fail "${from%/}/$1 can't be fetched"
      else
        fail "no curl or wget is on this machine"
      fi
      ;;
    *)
      [ -f "$from/$1" ] || fail "$from/$1 is not there"
      cp -- "$from/$1" "$2" || fail "$from/$1 can't be copied"
      ;;
  esac
}

[ -n "$target" ] || target=$(this_target)
need mktemp
mkdir -p -- "$to" || fail "$to can't be made"
# Beside its place, so that it gets its name in one step.
staging=$(mktemp -d "$to/.gait-install.XXXXXX") || fail "$to can't be written to"
trap 'rm -rf -- "$staging"' EXIT
trap 'exit 1' HUP INT TERM

fetch SHA256SUMS "$staging/SHA256SUMS"
if [ -n "$key" ]; then
  need openssl "it checks the signature"
  # LibreSSL's does not.
  openssl pkeyutl -help 2>&1 | grep -q -e -rawin || fail "this openssl can't check Ed25519 signatures: OpenSSL 1.1.1 can"
  [ -f "$key" ] || fail "$key is not there"
  # The key of gait's own packs is base64; this one is a PEM file.
  openssl pkey -pubin -in "$key" -noout > /dev/null 2>&1 ||
    fail "$key is not a public key in PEM (BEGIN PUBLIC KEY): the signature was not checked, and nothing was installed"
  fetch SHA256SUMS.sig "$staging/SHA256SUMS.sig"
  openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$staging/SHA256SUMS" \
    -sigfile "$staging/SHA256SUMS.sig" > /dev/null 2>&1 || fail "SHA256SUMS is NOT signed with this key: nothing was installed"
fi

# One line of it names the program: a digest, two spaces, a name with nothing else in it.
found=
count=0
while read -r digest name; do
  case $name in
    gait-*-"$target" | gait-*-"$target".exe)
      case ${name#gait-} in *[!0-9A-Za-z.+_-]*) continue ;; esac
      # gait-1.0.0-linux-x64 and not gait-1.0.0-other-linux-x64: what is between is the version.
      version=${name#gait-}
      version=${version%.exe}
      case ${version%-"$target"} in [0-9]*) ;; *) continue ;; esac
      found=$name
      expected=$digest
      count=$((count + 1))
      ;;
  esac
done < "$staging/SHA256SUMS"
[ "$count" -gt 0 ] || fail "SHA256SUMS lists no program for $target"
[ "$count" -eq 1 ] || fail "SHA256SUMS lists $count programs for $target"
case $expected in *[!0-9a-f]* | '') fail "SHA256SUMS is damaged: $found has no digest" ;; esac

fetch "$found" "$staging/gait"
actual=$(sha256_of "$staging/gait")
[ "$actual" = "$expected" ] || fail "$found is NOT what SHA256SUMS says: nothing was installed
  expected  $expected
  actual    $actual"
chmod 755 "$staging/gait"
place=$to/gait
case $found in *.exe) place=$place.exe ;; esac
[ ! -d "$place" ] || fail "$place is a folder"
mv -f -- "$staging/gait" "$place"

printf 'installed  %s\n  from     %s\n  sha256   %s\n' "$place" "$found" "$actual"
if [ -n "$key" ]; then
  printf '  signed   yes, with the given key\n'
else
  printf '  signed   NOT CHECKED: no key was given (--public-key)\n'
fi
case ":${PATH-}:" in
  *":$to:"*) ;;
  *) printf '  note     %s is not on the PATH\n' "$to" ;;
esac
