"""infill-ls: a language server that completes code at the cursor. Importing it does nothing."""

__version__ = "0.1.0"
