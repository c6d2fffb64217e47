"""The truth: every version of every document, every answer that was served, every key."""
