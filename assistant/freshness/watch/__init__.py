"""Watching sources: when to look again, what counts as a change, and what was found."""
