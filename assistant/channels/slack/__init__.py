"""The assistant in Slack: questions where a newsroom works, answers in the thread."""
