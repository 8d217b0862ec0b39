"""The record's tables as the measures read them: one file per subject."""
