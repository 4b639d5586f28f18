// `import ShinkeiPlot` is enough.
@_exported public import Shinkei
