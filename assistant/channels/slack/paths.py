"""Where Slack, and who installs the app, come in by HTTP."""

from __future__ import annotations

EVENTS = "/slack/events"
"""Events, commands and clicks."""
INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
"""Where Slack sends people back to who install the app in another workspace."""
