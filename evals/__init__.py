"""What the assistant is measured by: suites, metrics, baselines, the bench and the demo."""
