"""How work is ordered and how long it takes, as plain functions of plain values."""
