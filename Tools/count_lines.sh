#!/usr/bin/env bash
# Compares the examples' lines of code with the table in docs/tutorial-rows.md: lines that are neither blank nor comment, as
# swift format leaves them.
#
#   Tools/count_lines.sh            each program's count; exit status 1 if the table says another
#
# The table's Python counts were made by hand from the tutorials. Where it gives a limit, three lines more than the Python, a longer
# program fails too.
set -euo pipefail
cd "$(dirname "$0")/.."

wrong=0
for file in Examples/*/main.swift Examples/FromScratch/*/main.swift; do
    name=${file#Examples/} name=${name%/main.swift}
    swift=$(grep -cvE '^[[:space:]]*(//.*)?$' "$file")
    row=$(grep -E "^\| \`$name\` \| [0-9–]" docs/tutorial-rows.md || true)
    said=$(cut -d '|' -f 4 <<<"$row" | tr -d ' ') limit=$(cut -d '|' -f 5 <<<"$row" | tr -d ' ')
    printf '%-36s %3d\n' "$name" "$swift"
    if [ "$said" != "$swift" ]; then
        echo "  the table says ${said:-nothing}"
        wrong=1
    elif [[ $limit =~ ^[0-9]+$ ]] && [ "$swift" -gt "$limit" ]; then
        echo "  more than $limit"
        wrong=1
    fi
done
exit $wrong
