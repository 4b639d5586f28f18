#!/usr/bin/env bash
# Runs what proves the rows of docs/tutorial-rows.md, each row once, and prints which rows failed and "N passed, N failed".
#
#   make rows               all of them; builds what is needed
#   Tools/rows.sh S3-5 S4   some: a row, and all of a tutorial's
#
# A row's proofs are the names in backquotes of its third column: tests as the runner prints their names, Examples/NAME for a program's
# short form, Tools/NAME for a script. A row passes if each of its proofs was found and passed. A proof that was skipped, because its
# data are not where SHINKEI_DATA says, proves nothing: the row is named as skipped and counts as neither. Rows without a proof
# belong to later work, as the table says.
set -uo pipefail
cd "$(dirname "$0")/.."
table=docs/tutorial-rows.md
wanted=${*:-S}
SWIFT_TEST=${SWIFT_TEST:-swift test --disable-xctest -c release -Xswiftc -enable-testing --scratch-path .build-test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line a proof: row, tab, proof.
awk -F '|' -v wanted="$wanted" '
    $2 ~ /^ S[0-4]-[0-9]+ $/ {
        id = $2; gsub(/ /, "", id)
        n = split(wanted, want, " "); yes = 0
        for (i = 1; i <= n; i++) if (want[i] == "S" || id == want[i] || index(id, want[i] "-") == 1) yes = 1
        if (!yes) next
        count = split($4, part, "`")
        if (count < 2) print id "\tlater"
        for (i = 2; i <= count; i += 2) print id "\t" part[i]
    }' "$table" >"$work/proofs"
cut -f 2 "$work/proofs" | sort -u >"$work/names"

# Programs and scripts: what was run, tab, how it went.
grep -E '^(Examples|Tools)/' "$work/names" | while read -r name; do
    case $name in
    Examples/*) output=$(Examples/run.sh "${name#Examples/}" </dev/null) ;;
    *) output=$("$name" 2>&1 </dev/null) ;;
    esac
    if [ $? -ne 0 ]; then
        echo "$output" >&2
        printf '%s\tfailed\n' "$name"
    elif grep -q ' 1 skipped' <<<"$output"; then
        printf '%s\tskipped\n' "$name"
    else
        case $name in Examples/*) head -n 1 <<<"$output" >&2 ;; esac
        printf '%s\tpassed\n' "$name"
    fi
done >"$work/results"

# Tests, in the runner's own words: a line of XML each. The one that measures the whole process's memory runs alone.
run_tests() {
    local filter
    filter=$(sed 's/[][\.*^$()+?{}|/]/\\&/g' "$1" | paste -s -d '|')
    [ -n "$filter" ] || return 0
    $SWIFT_TEST --filter "$filter" --xunit-output "$work/$2.xml" >"$work/$2.log" 2>&1
    local status=$?
    # What tests measured, and what is wrong.
    grep -E '^S[0-4]-[0-9]+: |recorded an issue|^10 GB|error:|Test run with' "$work/$2.log"
    sed -nE 's/^[^"]* Test "(.*)" skipped.*/\1\tskipped/p' "$work/$2.log" >>"$work/results"
    # The name has an addition where XCTest runs as well.
    local report=$work/$2.xml
    [ ! -f "$work/$2-swift-testing.xml" ] || report=$work/$2-swift-testing.xml
    [ -f "$report" ] || { tail -n 20 "$work/$2.log"; return $status; }
    sed 's/<testcase/\n<testcase/g' "$report" | awk '
        /<testcase/ {
            name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
            sub(/\(.*\)$/, "", name); gsub(/`/, "", name)
            gsub(/&apos;|&#39;/, "\047", name); gsub(/&quot;/, "\"", name); gsub(/&lt;/, "<", name); gsub(/&gt;/, ">", name)
            gsub(/&amp;/, "\\&", name)
            state = "passed"
            if ($0 ~ /<skipped/) state = "skipped"
            if ($0 ~ /<failure|<error/) state = "failed"
            print name "\t" state
            next
        }
        /<failure|<error/ { print name "\tfailed" }
        /<skipped/ { print name "\tskipped" }' >>"$work/results"
}
grep -vE '^(Examples|Tools)/|^later$|^S3-34: ' "$work/names" >"$work/tests"
grep -E '^S3-34: ' "$work/names" >"$work/alone"
run_tests "$work/tests" tests
run_tests "$work/alone" alone

# A name may come several times, in suites that check the same of different things: one failure is enough.
awk -F '\t' '
    FILENAME == ARGV[1] {
        if ($2 == "failed" || state[$1] == "" || ($2 == "skipped" && state[$1] == "passed")) state[$1] = $2
        next
    }
    !($1 in row) { row[$1] = "passed"; order[++count] = $1 }
    $2 == "later" { row[$1] = "later"; next }
    {
        if (state[$2] == "" || state[$2] == "failed") { row[$1] = "failed"; print $1 ": " (state[$2] == "" ? "not found" : "failed") ": " $2 }
        else if (state[$2] == "skipped" && row[$1] == "passed") { row[$1] = "skipped"; print $1 ": skipped, its data are not here: " $2 }
    }
    END {
        for (i = 1; i <= count; i++) { n[row[order[i]]]++; if (row[order[i]] == "later") later = later " " order[i] }
        if (later != "") print "later work:" later
        if (n["skipped"]) print n["skipped"] " skipped for want of data"
        printf "%d passed, %d failed\n", n["passed"], n["failed"]
        exit n["failed"] > 0
    }' "$work/results" "$work/proofs"
