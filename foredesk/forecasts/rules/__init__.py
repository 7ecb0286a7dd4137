"""How long things take, as plain functions of plain values."""
