import Shinkei

extension Drawing {
    /// The picture as a figure of a page, in which no other picture has this key.
    func figure(key: String) -> String {
        "<figure style=\"--least: \(short(width * 0.7))px\">\n\(svgElement(key: key))</figure>\n"
    }
}

/// A page that needs no other file.
func page(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(escaped(title))</title>
    <style>
    :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e6ea; --paper: #16181d; --line: #3a3f48; } }
    body { font: 15px/1.5 'DejaVu Sans', Verdana, 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif; color: var(--ink);
      background: var(--paper); max-width: 1100px; margin: 2em auto; padding: 0 1em; }
    h1, h2 { font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
    h2 { margin-top: 2em; border-bottom: 1px solid var(--line); padding-bottom: .2em; }
    .row { display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start; }
    .row figure { margin: 0; }
    /* Pictures are drawn on white. One that would shrink to less than seven tenths is scrolled instead. */
    figure { margin: 1em 0; max-width: 100%; width: fit-content; overflow-x: auto; background: #fff; border-radius: 6px; }
    svg { display: block; max-width: 100%; min-width: var(--least); height: auto; }
    pre { font: 13px/1.2 'DejaVu Sans Mono', Menlo, Consolas, monospace; overflow-x: auto; }
    .wide { display: inline-block; }
    table { border-collapse: collapse; }
    td, th { padding: .25em 0 .25em 2em; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
    th:first-child { text-align: left; padding-left: 0; }
    td { font-variant-numeric: tabular-nums; }
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
}

/// Text of a terminal for a page: runs of wide characters take two columns each, however wide the font has them.
func inColumns(_ text: String) -> String {
    var (result, run) = ("", "")
    func endRun() {
        if !run.isEmpty {
            result += "<span class=\"wide\" style=\"width: \(textCells(run))ch\">\(escaped(run))</span>"
        }
        run = ""
    }
    for character in text {
        if textCells(String(character)) == 2 {
            run.append(character)
        } else {
            endRun()
            result += escaped(String(character))
        }
    }
    endRun()
    return result
}
