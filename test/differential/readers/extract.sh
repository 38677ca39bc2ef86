# Unpacks each archive named on the standard input with the program given; prints one line of JSON for each.
# usage: extract.sh PROGRAM, where PROGRAM is unzip, busybox, 7zz, bsdtar, "bsdtar pipe" or miniunzip
program=$1
folder=$(mktemp -d)
while IFS= read -r path; do
  rm -rf "$folder/out" && mkdir "$folder/out"
  case $program in
    unzip) unzip -qq -o "$path" -d "$folder/out" ;;
    busybox) busybox unzip -q -o "$path" -d "$folder/out" ;;
    7zz) 7zz x -y -bso0 -bsp0 -o"$folder/out" "$path" ;;
    bsdtar) bsdtar -xf "$path" -C "$folder/out" ;;
    "bsdtar pipe") cat "$path" | bsdtar -xf - -C "$folder/out" ;;
    # It ends with 0 after an error, too.
    miniunzip) miniunzip -x -o "$path" -d "$folder/out" | awk '/^error /{bad=1} END{exit bad}' ;;
  esac >/dev/null 2>&1 </dev/null
  status=$?
  if [ "$status" -ne 0 ]; then
    printf '{"path":"%s","error":"exit %s"}\n' "$path" "$status"
  else
    entries=$(cd "$folder/out" && find . -type f -exec sha256sum {} + | sed 's/^\\//; s/^\([0-9a-f]*\)  \.\/\(.*\)$/["\2","\1"]/' | paste -sd, -)
    printf '{"path":"%s","entries":[%s]}\n' "$path" "$entries"
  fi
done
rm -rf "$folder"
