// Images become tensors, and errors are those of files: `import ShinkeiImages` brings both.
@_exported public import ShinkeiCore
@_exported public import ShinkeiFormats
