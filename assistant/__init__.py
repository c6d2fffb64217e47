"""Answers from a newsroom's own fact-checks, each sentence resting on exact words."""
