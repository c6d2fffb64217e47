"""Formats become Documents; folders, files and URLs are kept in step with the archive."""
