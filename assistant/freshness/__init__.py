"""May this still be said today? Four clocks, volatility, and rules that give reasons."""
