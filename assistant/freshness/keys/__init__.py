"""Figures with what they measure: read from text with their offsets, and compared by it."""
