"""From a question and its evidence to verified claims, or to an honest abstention."""
