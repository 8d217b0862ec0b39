"""Floor 3: a report's text becomes mentions, events and claims, each with its span and rule."""
