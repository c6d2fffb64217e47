"""What is measured: one module a suite, and the registry that runs them."""
