#!/usr/bin/env bash
# Runs the examples, which have been built, and prints one line each: how well it went.
#
#   Examples/run.sh                     all of them, in short form: seconds, no downloads
#   Examples/run.sh XORFit MNISTMLP     some of them
#
# A program whose data are not here says which, and counts as skipped. Exit status 1 if a program fails; its whole output is then shown.
set -uo pipefail
cd "$(dirname "$0")"
programs=${EXAMPLES_BUILD:-.build}/release
case $programs in /*) ;; *) programs=$PWD/$programs ;; esac

if [ $# -gt 0 ]; then
    names=("$@")
else
    # In the order of the manifest, which goes from the simple to the long.
    mapfile -t names < <(sed -n 's/^ *program("\([A-Za-z0-9]*\)".*/\1/p; s/^ *chapter("[0-9]*-\([A-Za-z]*\)").*/\1/p' Package.swift)
fi

# Programs write pictures and models where they are started.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 skipped=0 failed=0
for name in "${names[@]}"; do
    mkdir -p "$folder/$name"
    begin=$EPOCHREALTIME
    output=$(cd "$folder/$name" && SHINKEI_SHORT=1 "$programs/$name" 2>&1)
    status=$? end=$EPOCHREALTIME last=${output##*$'\n'}
    time=$(((${end/./} - ${begin/./}) / 1000))
    if [ $status -ne 0 ]; then
        failed=$((failed + 1))
        printf '%-20s FAILED, status %s; all it said:\n%s\n' "$name" "$status" "$output"
    else
        case $last in skipped:*) skipped=$((skipped + 1)) ;; *) passed=$((passed + 1)) ;; esac
        printf '%-20s %4d.%d s  %s\n' "$name" $((time / 1000)) $((time % 1000 / 100)) "$last"
    fi
done
echo "examples: $passed passed, $skipped skipped, $failed failed"
[ $failed -eq 0 ]
