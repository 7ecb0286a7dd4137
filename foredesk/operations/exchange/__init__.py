"""Everything in a documented format (docs/operations/export-format.md), and back again."""
