"""Tests of the Slack channel, against a local server that plays Slack."""
