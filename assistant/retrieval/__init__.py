"""Passages, embeddings and the two rebuildable indexes that find them."""
