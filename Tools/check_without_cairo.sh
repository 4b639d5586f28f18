#!/usr/bin/env bash
# Builds the program as where cairo and pango are not installed, and has it draw: summaries, SVG, HTML and DOT need
# neither, and a PNG is refused in words. A full build in a folder of its own, so a matter of minutes.
#
#   Tools/check_without_cairo.sh [model.keras]
set -euo pipefail
cd "$(dirname "$0")/.."

# What pkg-config finds elsewhere stays; of cairo's family it finds nothing.
known=$(mktemp -d) pictures=$(mktemp -d)
trap 'rm -rf "$known" "$pictures"' EXIT
for folder in $(pkg-config --variable pc_path pkg-config | tr : ' '); do
    [ -d "$folder" ] || continue
    for file in "$folder"/*.pc; do
        case $(basename "$file") in *cairo*|pango*) ;; *) ln -sf "$file" "$known/" ;; esac
    done
done
PKG_CONFIG_LIBDIR=$known ${SWIFT:-swift} build --product shinkei-cli --scratch-path .build-without-cairo
program=.build-without-cairo/debug/shinkei-cli

if ldd "$program" 2>/dev/null | grep -E 'cairo|pango'; then
    echo "the program needs cairo all the same" >&2
    exit 1
fi
model=${1:-Tests/Fixtures/models/functional.keras}
"$program" summary "$model" > "$pictures/summary.txt"
for ending in svg html dot; do
    "$program" plot "$model" -o "$pictures/model.$ending"
    test -s "$pictures/model.$ending"
done
"$program" train xor --epochs 2 --report "$pictures/report.html" > /dev/null
test -s "$pictures/report.html"
for ending in png pdf; do
    if message=$("$program" plot "$model" -o "$pictures/model.$ending" 2>&1); then
        echo "a .$ending was written without cairo" >&2
        exit 1
    fi
    [[ $message == *libpango1.0-dev* ]]
done
echo "without cairo: summary, SVG, HTML, DOT and the report are written; PNG and PDF say what to install"
