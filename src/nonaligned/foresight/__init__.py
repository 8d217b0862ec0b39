"""Floor 5: what would change if a state moved. Accounting on the record, not prediction."""
