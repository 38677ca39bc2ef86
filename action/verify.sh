#!/usr/bin/env bash
# Verifies the packs, with annotations and a summary of the step; its exit is that of the verification.
set -uo pipefail

flags=()
while IFS= read -r key; do
  [ -z "$key" ] || flags+=(--public-key "$key")
done <<< "$PUBLIC_KEY"
[ -z "$TRUST" ] || flags+=(--trust "$TRUST")
case $REQUIRE_SIGNATURE in
  true) flags+=(--require-signature) ;;
  false | '') ;;
  *) echo "::error title=gait::require-signature is true or false, not $REQUIRE_SIGNATURE" && exit 6 ;;
esac
packs=()
while IFS= read -r path; do
  [ -z "$path" ] || packs+=("$path")
done <<< "$PACKS"
if [ ${#packs[@]} -eq 0 ]; then
  echo "::error title=gait::packs is empty: give the paths of packs, folders or patterns"
  echo "exit-code=6" >> "$GITHUB_OUTPUT"
  exit 6
fi
common=(--recursive --base-dir "${GITHUB_WORKSPACE:-.}" --quiet ${flags[@]+"${flags[@]}"})

"$GAIT" pack verify "${common[@]}" --format github -- "${packs[@]}"
code=$?
if [ -n "$REPORT" ]; then
  "$GAIT" pack verify "${common[@]}" --format "$REPORT_FORMAT" --out "$REPORT" --force -- "${packs[@]}" > /dev/null
  reported=$?
  # Bad evidence stays bad where its report can't be written.
  [ $code -eq 2 ] || [ $reported -eq 0 ] || code=$reported
fi
echo "exit-code=$code" >> "$GITHUB_OUTPUT"
exit $code
