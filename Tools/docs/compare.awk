# Compares what a page printed with what it says it prints: awk -v page=docs/x.md -f compare.awk EXPECTED ACTUAL
#
# Words are compared, not the spaces between them. Numbers may differ by a hundredth: the last digits are the machine's.
# `…` stands for any word, a line of `…` alone for any lines up to the end of the block.

function isNumber(word) { return word ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ }

function agree(a, b,   core, other, difference, scale) {
    if (a == b || a == "…") return 1
    # 0.25, and [0.25] and loss=0.25%: what surrounds the number must be the same.
    if (!match(a, /[-+]?[0-9]*\.[0-9]*([eE][-+]?[0-9]+)?/)) return 0
    core = substr(a, RSTART, RLENGTH)
    pre = substr(a, 1, RSTART - 1)
    post = substr(a, RSTART + RLENGTH)
    if (!match(b, /[-+]?[0-9]*\.[0-9]*([eE][-+]?[0-9]+)?/)) return 0
    other = substr(b, RSTART, RLENGTH)
    if (pre != substr(b, 1, RSTART - 1) || post != substr(b, RSTART + RLENGTH)) return 0
    if (!isNumber(core) || !isNumber(other)) return 0
    difference = core - other
    if (difference < 0) difference = -difference
    scale = core < 0 ? -core : core + 0
    return difference <= 0.01 * (scale > 0.1 ? scale : 0.1)
}

# The words of a text, a line's end being none.
function words(text, list) { gsub(/[][(),]/, " & ", text); return split(text, list, /[ \t\n]+/) }

function check(line, want, got,   i, n, m, a, b) {
    n = words(want, a)
    m = words(got, b)
    for (i = 1; i <= n; i++) {
        if (a[i] == "…" && i >= n - 1) return
        if (i > m || !agree(a[i], b[i])) break
    }
    if (i > n && n == m) return
    print page ":" line ": error: prints something else than it says"
    print "  says:   " a[i] "\n  prints: " b[i] "\n--- all that was printed:\n" got "---"
    failed = 1
}

FNR == NR {
    if (sub(/^  /, "")) text = text $0 "\n"
    else {
        kind[$2] = $1
        says[$2] = text
        text = ""
    }
    next
}
FNR == 1 { text = "" }
/^\036/ {
    if (kind[$2] == "=") check($2, says[$2], text)
    seen[$2] = 1
    text = ""
    next
}
{ text = text $0 "\n" }
END {
    for (line in kind) if (kind[line] == "=" && !(line in seen)) {
        print page ":" line ": error: the program did not come this far"
        failed = 1
    }
    exit failed
}
