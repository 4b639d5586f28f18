#!/bin/sh
# Compiles every Swift block of the documents, from the documents themselves, and runs the pages that say what they
# print. An error names the page and its line. Usage: Tools/docs/check.sh [PAGE…]; how pages are marked: extract.awk.
set -eu
cd "$(dirname "$0")/../.."
root=$(pwd)
work=$root/.build-docs
package=$work/package
sources=$package/Sources/Pages
swift=${SWIFT:-swift}
# Where it is built. In the folder of the debug tests only the pages are left to compile, but these have to be built anew next time.
build=${DOCS_BUILD:-$work/build}

if [ $# -eq 0 ]; then
    set -- README.md README.ja.md CONTRIBUTING.md $(find docs Sources -name '*.md' | sort)
fi

mkdir -p "$sources" "$work/expected" "$work/new"
rm -f "$work"/new/*

# A file that has not changed keeps its time, so that it is not compiled again.
install_new() {
    cmp -s "$work/new/$1" "$2/$1" || cp "$work/new/$1" "$2/$1"
}

cat > "$work/new/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Pages",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "$root")],
    targets: [
        .executableTarget(
            name: "Pages",
            dependencies: ["Shinkei", "ShinkeiApplications", "ShinkeiImages", "ShinkeiPlot", "ShinkeiTesting"].map {
                .product(name: \$0, package: "$(basename "$root")")
            })
    ]
)
END
install_new Package.swift "$package"

list=""
names=""
total=0
for page in "$@"; do
    grep -q -e '^[ ]*```swift *$' -e '^<!-- swift' "$page" || continue
    name=page_$(echo "$page" | sed 's/\.md$//; s/[^A-Za-z0-9]/_/g')
    awk -v page="$page" -v name="$name" -v expected="$work/expected/$name" -f Tools/docs/extract.awk "$page" \
        > "$work/new/$name.swift"
    install_new "$name.swift" "$sources"
    list="$list $page"
    names="$names $name"
    total=$((total + 1))
done
{
    cat <<'END'
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

let pages: [String: @MainActor () async throws -> Void] = [
END
    for name in $names; do echo "    \"$name\": $name,"; done
    cat <<'END'
]
// Whatever a page does, it ends.
alarm(120)
guard let page = pages[CommandLine.arguments[1]] else { fatalError("no such page") }
do {
    try await page()
} catch {
    print("error: \(error)")
    exit(1)
}
END
} > "$work/new/main.swift"
install_new main.swift "$sources"
for file in "$sources"/*.swift; do
    [ -e "$work/new/$(basename "$file")" ] || rm -f "$file"
done

# Links to files must lead to one.
awk 'FNR == 1 { code = 0 }
    /^[ \t]*```/ { code = !code }
    !code { while (match($0, /\]\([^)# ]+/)) { print FILENAME, FNR, substr($0, RSTART + 2, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }
' "$@" | while read -r page line link; do
    case $link in *:*) continue ;; esac
    [ -e "$(dirname "$page")/$link" ] || echo "$page:$line: error: there is no $link"
done > "$work/links"
if [ -s "$work/links" ]; then
    cat "$work/links"
    exit 1
fi

# C kernels are optimised in debug too.
echo "docs-check: compiling the blocks of $total pages"
if ! $swift build --package-path "$package" --scratch-path "$build" -Xcc -O2 > "$work/log" 2>&1; then
    grep -E '(^|/)[^ ]*: error: |^error: ' "$work/log" | sed "s|^$root/||" | sort -u
    [ -n "$(grep 'error: ' "$work/log")" ] || cat "$work/log"
    exit 1
fi
binary=$($swift build --package-path "$package" --scratch-path "$build" --show-bin-path)/Pages

failed=0
count=0
rm -rf "$work/run"
for page in $list; do
    name=page_$(echo "$page" | sed 's/\.md$//; s/[^A-Za-z0-9]/_/g')
    grep -q '^=' "$work/expected/$name" || continue
    # <!-- needs: mnist -->: is run where these data are.
    needs=$(sed -n 's|^<!-- needs: \([a-z0-9/._-]*\) -->$|\1|p' "$page" | head -n 1)
    if [ -n "$needs" ] && [ ! -e "${SHINKEI_DATA:-/nowhere}/$needs" ]; then
        echo "docs-check: $page is compiled, not run: SHINKEI_DATA has no $needs"
        continue
    fi
    mkdir -p "$work/run/$name"
    count=$((count + 1))
    if ! (cd "$work/run/$name" && SWIFT_BACKTRACE=enable=no "$binary" "$name" > output.txt 2> errors.txt); then
        echo "$page: error: the program fails"
        grep -v "$(printf '\036')" "$work/run/$name/output.txt" | tail -n 5
        head -n 3 "$work/run/$name/errors.txt"
        failed=1
        continue
    fi
    awk -v page="$page" -f Tools/docs/compare.awk "$work/expected/$name" "$work/run/$name/output.txt" || failed=1
done
echo "docs-check: ran $count pages, all blocks compile$([ $failed = 0 ] && echo ', all print what they say')"
exit $failed
