"""Backups: every row in a form of its own that both databases take, and the files, in one ZIP file.

`rows` reads and writes tables, `archive` the file, `scratch` a place beside the live database to build one in;
`taking` and `restoring` use them. The file's format is told in docs/operations/backup.md.
"""
