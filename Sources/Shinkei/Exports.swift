// `import Shinkei` is enough: tensors, formats and data come along.
@_exported public import ShinkeiCore
@_exported public import ShinkeiData
@_exported public import ShinkeiFormats
