"""Floor 0: errors, settings, vocabularies and origins. Imports nothing of the project."""
