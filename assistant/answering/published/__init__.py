"""Published fact-checks of a claim, and their verdicts word for word."""
