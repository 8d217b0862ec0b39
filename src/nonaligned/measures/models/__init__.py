"""Models of votes as pure functions on arrays: no tables, no record, the same result whatever the number of threads."""
