// `import Shinkei` is enough for a program: tensors come with it.
@_exported public import ShinkeiCore
