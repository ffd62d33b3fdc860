#!/bin/sh
# Runs make targets that print TAP or `NAME passed/total` lines and sums them up. Last line: N passed, N failed.
# usage: run.sh MAKE [VAR=VALUE…] TARGET…
make=$1; shift
vars=
while case ${1-} in *=*) true ;; *) false ;; esac; do vars="$vars '$1'"; shift; done
passed=0 failed=0
out=$(mktemp) || exit 2
trap 'rm -f "$out"' EXIT
for target in "$@"; do
  eval "\"\$make\" --no-print-directory -s -k $vars \$target" >"$out" 2>&1
  status=$?
  p=$(grep -c '^ok ' "$out"); f=$(grep -c '^not ok ' "$out")
  full=$(awk '/^[A-Za-z_-]+ [0-9]+\/[0-9]+$/ {split($2,n,"/"); if (n[1]==n[2]) c++} END {print c+0}' "$out")
  part=$(awk '/^[A-Za-z_-]+ [0-9]+\/[0-9]+$/ {split($2,n,"/"); if (n[1]!=n[2]) c++} END {print c+0}' "$out")
  p=$((p + full)); f=$((f + part))
  grep -E '^[A-Za-z_-]+ [0-9]+/[0-9]+$' "$out"
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$p" -eq 0 ] && [ "$f" -eq 0 ]; then f=1; echo "$target: no test ran"; fi
  if [ "$f" -ne 0 ]; then grep -vE '^(ok |[0-9]+\.\.)' "$out" | head -100; fi
  echo "$target: $p passed, $f failed"
  passed=$((passed + p)); failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
