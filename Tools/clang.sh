#!/usr/bin/env bash
# Prints the clang to use: the one of the Swift toolchain, so that kernels are tested as they are shipped.
set -euo pipefail
if [ "$(uname)" = Darwin ]; then exec xcrun --find clang; fi
swift=$(command -v swift || true)
if [ -n "$swift" ]; then
    beside=$(dirname "$(readlink -f "$swift")")/clang
    if [ -x "$beside" ]; then
        echo "$beside"
        exit 0
    fi
fi
command -v clang || {
    echo "clang is missing; it comes with the Swift toolchain" >&2
    exit 1
}
