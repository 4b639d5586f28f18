#!/bin/sh
# Builds the documentation archive .build-docs/Shinkei.doccarchive from the catalog and the modules that
# Tools/docs/check.sh has built. Every warning is an error, with one exception: a parameter whose name says it all needs
# no text.
set -eu
cd "$(dirname "$0")/../.."
swift=${SWIFT:-swift}
work=.build-docs
build=$work/build/debug
[ -d "$build/Modules" ] || { echo "docs: Tools/docs/check.sh comes first"; exit 1; }

info=$($swift -print-target-info)
value() { echo "$info" | sed -n "s/.*\"$1\": \"\(.*\)\",*/\1/p" | head -n 1; }
resources=$(value runtimeResourcePath)
tools=$resources/../../bin
docc=$(command -v docc || echo "$tools/docc")
[ "$(uname)" != Darwin ] || docc=$(xcrun --find docc)

rm -rf "$work/symbols"
mkdir -p "$work/symbols"
for module in Shinkei ShinkeiApplications ShinkeiImages ShinkeiPlot ShinkeiTesting; do
    # Shinkei hands on what these hold, and users meet it there.
    handed_on=
    [ $module != Shinkei ] || handed_on=-experimental-allowed-reexported-modules=ShinkeiCore,ShinkeiFormats,ShinkeiData
    $swift symbolgraph-extract -module-name $module -target "$(value unversionedTriple)" -resource-dir "$resources" \
        -I "$build/Modules" -I "$resources/../../share" $handed_on \
        -Xcc -fmodule-map-file="$build/CShinkeiKernels.build/module.modulemap" \
        -Xcc -fmodule-map-file="$build/CImageCodecs.build/module.modulemap" \
        -Xcc -fmodule-map-file="$build/CShinkeiCanvas.build/module.modulemap" \
        -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap -Xcc -fmodule-map-file=Sources/CPng/module.modulemap \
        -Xcc -fmodule-map-file=Sources/CJpeg/module.modulemap -Xcc -fmodule-map-file=Sources/CCairo/module.modulemap \
        -minimum-access-level public -skip-synthesized-members -module-cache-path "$build/ModuleCache" \
        -output-dir "$work/symbols"
done

rm -rf "$work/Shinkei.doccarchive"
"$docc" convert Sources/Shinkei/Shinkei.docc --additional-symbol-graph-dir "$work/symbols" \
    --fallback-display-name Shinkei --fallback-bundle-identifier shinkei \
    --output-path "$work/Shinkei.doccarchive" > "$work/docc.log" 2>&1 || { cat "$work/docc.log"; exit 1; }
if awk '/^(warning|error): / && !/is missing documentation$/ { found = 1; n = 6 } n > 0 { print; n -= 1 } END { exit !found }' \
    "$work/docc.log"; then
    echo "docs: warnings are errors"
    exit 1
fi
echo "docs: $work/Shinkei.doccarchive, for any web server"
