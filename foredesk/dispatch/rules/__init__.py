"""How work is ordered, as plain functions of plain values."""
