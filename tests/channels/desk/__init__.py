"""Tests of the editors' desk, over a real ledger."""
