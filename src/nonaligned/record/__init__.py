"""Floor 2: the record: fields, tables, store, provenance and checks."""
