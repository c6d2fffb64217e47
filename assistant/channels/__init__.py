"""Every door: the command line and HTTP today; each renders the same Reply."""
