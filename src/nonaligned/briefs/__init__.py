"""Floor 8: briefs. Recipes that put sentences, verdicts, tables and figures together, and the forms they are shown in."""
