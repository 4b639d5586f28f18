#!/usr/bin/env bash
# Builds the program as where cairo and pango are not installed, and has it draw: summaries, SVG, HTML and DOT need
# neither, and a PNG is refused in words. A full build in a folder of its own, so a matter of minutes.
#
#   Tools/check_without_cairo.sh [model.keras]
set -euo pipefail
cd "$(dirname "$0")/.."

# A description of pangocairo that is met before the system's and names neither headers nor libraries.
found=$(mktemp -d) pictures=$(mktemp -d)
trap 'rm -rf "$found" "$pictures"' EXIT
printf 'Name: pangocairo\nDescription: not there\nVersion: 0\n' > "$found/pangocairo.pc"
PKG_CONFIG_PATH=$found ${SWIFT:-swift} build --product shinkei-cli --scratch-path .build-without-cairo
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
