"""Bringing in what another desk knew: a file is read as a stream, its columns are mapped, the rooms write it."""
