"""Every door: command line, HTTP, pages, widget, Slack, MCP; each renders the same Reply."""
