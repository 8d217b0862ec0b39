"""Floor 1: states and their dates, names, leaders in office, groups."""
