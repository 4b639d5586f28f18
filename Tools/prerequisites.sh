#!/usr/bin/env bash
# Checks what Shinkei needs from the system; says nothing if it is all there.
#
#   Tools/prerequisites.sh             what building and testing need
#   Tools/prerequisites.sh download    and what fetching data sets needs
#
# On Debian or Ubuntu, as root, missing packages are installed with apt-get. Anywhere else the script prints the one
# command to type and exits 1. It never calls sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "shinkei: $*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# Swift ---------------------------------------------------------------------------------------------

wanted=6.3 least=6.2   # tested with; what Package.swift asks for
if ! has swift; then
    say "Swift is missing; install Swift $wanted: https://www.swift.org/install"
    exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t . -k 1,1n -k 2,2n | head -n 1)" = "$1" ]; }
if [ -n "$version" ] && older "$version" "$least"; then
    say "Swift $version is too old; install Swift $wanted: https://www.swift.org/install"
    exit 1
elif [ -n "$version" ] && older "$version" "$wanted"; then
    say "this is Swift $version; Shinkei is tested with $wanted"
fi

# Libraries and programs ----------------------------------------------------------------------------

clang=$(Tools/clang.sh)
missing=()
if ! "$clang" -E -x c - >/dev/null 2>&1 <<<'#include <zlib.h>'; then missing+=(zlib); fi
if ! "$clang" -E -x c - >/dev/null 2>&1 <<<'#include <png.h>'; then missing+=(libpng); fi
# Needs <stdio.h> before it, and does not include it.
if ! printf '#include <stdio.h>\n#include <jpeglib.h>\n' | "$clang" -E -x c - >/dev/null 2>&1; then missing+=(jpeg-turbo); fi
if ! has git; then missing+=(git); fi
# PNG and PDF pictures; without it everything else is built.
if ! ls "$(pkg-config --variable=includedir pangocairo 2>/dev/null || echo /nowhere)/pango-1.0/pango/pangocairo.h" >/dev/null 2>&1; then
    missing+=(pango)
fi
if [ "${1:-}" = download ] && ! has curl; then missing+=(curl); fi
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(uname)" = Darwin ] && [ "${missing[*]}" = pango ]; then
    say "pango is missing, so pictures cannot be PNG or PDF, only SVG and HTML; to have them: brew install pango"
    exit 0
elif [ "$(uname)" = Darwin ]; then
    say "missing: ${missing[*]}; type: brew install ${missing[*]}"
    exit 1
fi

packages=()
for name in "${missing[@]}"; do
    case $name in
    zlib) packages+=(zlib1g-dev) ;;
    libpng) packages+=(libpng-dev) ;;
    jpeg-turbo) packages+=(libjpeg-dev) ;;
    curl) packages+=(curl ca-certificates) ;;
    pango) packages+=(pkg-config libcairo2-dev libpango1.0-dev) ;;
    *) packages+=("$name") ;;
    esac
done

# Without curl everything works but downloads: MNIST then comes from SHINKEI_DATA, or drawn digits stand in. Without
# pango everything works but PNG and PDF.
optional() {
    for name in "${missing[@]}"; do
        case $name in curl | pango) ;; *) return 1 ;; esac
    done
}

if has apt-get && [ "$(id -u)" -eq 0 ]; then
    say "installing ${packages[*]}"
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; }
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    # The second try is for a machine whose package lists are empty or old.
    if install >"$log" 2>&1 || { apt-get update -qq >"$log" 2>&1 && install >"$log" 2>&1; }; then exit 0; fi
    cat "$log" >&2
    say "apt-get could not install ${packages[*]}"
    optional && exit 0
    exit 1
fi

if optional; then
    case " ${missing[*]} " in *" curl "*) say "curl is missing, so nothing can be downloaded" ;; esac
    case " ${missing[*]} " in *" pango "*)
        say "pango is missing, so pictures cannot be PNG or PDF, only SVG and HTML (Debian: libcairo2-dev libpango1.0-dev)" ;;
    esac
    exit 0
fi
if has apt-get; then
    say "missing: ${missing[*]}; type: sudo apt-get install -y ${packages[*]}"
elif has dnf; then
    say "missing: ${missing[*]}; type: sudo dnf install -y $(echo "${missing[*]}" | sed 's/zlib/zlib-devel/; s/libpng/libpng-devel/; s/jpeg-turbo/libjpeg-turbo-devel/; s/pango/pango-devel/')"
else
    say "missing: ${missing[*]}; install with your system's package manager (libraries with their headers)"
fi
exit 1
