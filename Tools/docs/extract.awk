# Turns one page of the documents into one Swift file: awk -v page=docs/x.md -v name=page_docs_x -v expected=FILE -f extract.awk docs/x.md
#
# - The blocks of a page are nested, in their order: a later block sees what earlier ones declare, and may declare it anew.
# - Imports are hoisted. #sourceLocation makes the compiler name the page and its line.
# - ```swift no-compile is left alone. <!-- swift … --> is a block that readers do not see: what an example needs around it.
# - After <!-- swift: table -->, every `code` in the second column of the table that follows is compiled, and never run.
# - After a block that is followed by a block of ```text, what was printed so far is compared with it. What such a page
#   prints in its other blocks is ignored. See compare.awk.



BEGIN { depth = 0; imports = "import Shinkei\n"; pending = 0; printf "" > expected }

function closePending() {
    if (!pending) return
    print (compared ? "=" : "~") " " pending > expected
    pending = 0
    compared = 0
}

# Where a block begins: its indentation is that of its fence.
function openSwift(line) {
    closePending()
    isSwift = 1
    body = body "#sourceLocation(file: \"" page "\", line: " line + 1 ")\n"
}

function closeSwift(line) {
    isSwift = 0
    body = body "#sourceLocation()\nprint(\"\\u{1E}\", " line ")\ndo {\n"
    depth += 1
    pending = line
}

{ sub(/\r$/, "") }

isSwift && (isHidden ? /^[ \t]*-->/ : /^[ \t]*```/) { closeSwift(FNR); next }
isSwift {
    if ($0 ~ /^[ \t]*(@testable )?import [A-Za-z]+[ \t]*$/) {
        if (index(imports, $0 "\n") == 0) imports = imports $0 "\n"
        body = body "\n"
    } else {
        body = body $0 "\n"
    }
    next
}
isText && /^[ \t]*```/ { isText = 0; next }
isText { print "  " $0 > expected; next }
isOther && /^[ \t]*```/ { isOther = 0; next }
isOther { next }

/^[ \t]*```swift[ \t]*$/ { isHidden = 0; openSwift(FNR); next }
/^[ \t]*<!-- swift[ \t]*$/ { isHidden = 1; openSwift(FNR); next }
/^[ \t]*```text[ \t]*$/ && pending { isText = 1; compared = 1; next }
/^[ \t]*```/ { isOther = 1; next }
/^<!-- swift: table -->/ { isTable = 1; row = 0; next }

isTable && /^\|/ {
    row += 1
    if (row <= 2) next
    # A bar inside a cell is written \| in Markdown.
    line = $0
    gsub(/\\\|/, "\035", line)
    split(line, cells, "|")
    cell = cells[3]
    gsub("\035", "|", cell)
    count = split(cell, spans, "`")
    for (i = 2; i <= count; i += 2) {
        body = body "_ = { () async throws -> Void in\n#sourceLocation(file: \"" page "\", line: " FNR ")\n" spans[i] "\n#sourceLocation()\n}\n"
    }
    next
}
isTable && row > 0 { isTable = 0 }

END {
    if (isSwift || isText || isOther) {
        print page ": a block of code has no end" > "/dev/stderr"
        exit 1
    }
    closePending()
    print imports
    print "@MainActor func " name "() async throws {"
    printf "%s", body
    for (i = 0; i <= depth; i++) print "}"
}
