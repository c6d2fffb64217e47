"""Composing with a chat model: drafted, located, repaired or dropped; never trusted."""
