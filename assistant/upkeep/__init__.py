"""Keeping answers current: watching, judging, refreshing, recalling, auditing, telling."""
