"""The worked example of "Keeping answers current": a made-up harbour office rewrites its page."""
