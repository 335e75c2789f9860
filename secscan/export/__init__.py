"""One module a format, each with a versioned shape of its own: see docs/export.md."""
