"""Keeping answers current, for callers: watching, refreshing, recall, audit, calibration."""
