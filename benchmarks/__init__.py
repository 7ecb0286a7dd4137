"""How fast Foredesk is, and at what cost: `make bench` (benchmarks/README.md)."""
