"""Refreshing a fact-check: sources looked at again, newer evidence, a proposal, its approval."""
