#!/usr/bin/env bash
# Puts the executable of a release into the runner's temporary folder, if it has the digest that the workflow names.
set -euo pipefail

case $SHA256 in
  *[!0-9a-f]*) echo "::error title=gait::sha256 is not 64 hex digits in small letters" && exit 6 ;;
esac
[ ${#SHA256} -eq 64 ] || { echo "::error title=gait::sha256 is not 64 hex digits in small letters" && exit 6; }
[ -n "$FROM" ] || { echo "::error title=gait::from is empty: give the folder or address of a release" && exit 6; }

folder=$RUNNER_TEMP/gait-$SHA256
sh "$GITHUB_ACTION_PATH/../scripts/install.sh" --from "$FROM" --to "$folder" ${TARGET:+--target "$TARGET"}
# The sums come from where the executable does: the digest in the workflow is what counts, before anything of it is run.
if command -v sha256sum > /dev/null; then
  actual=$(sha256sum < "$folder/gait" | cut -c 1-64)
else
  actual=$(shasum -a 256 < "$folder/gait" | cut -c 1-64)
fi
if [ "$actual" != "$SHA256" ]; then
  rm -rf -- "$folder"
  echo "::error title=gait::the executable is NOT the one that sha256 names: it has $actual"
  exit 6
fi
echo "GAIT=$folder/gait" >> "$GITHUB_ENV"
echo "$folder" >> "$GITHUB_PATH"
