"""The ledger: what the chapters show of the records, and how it is told."""
