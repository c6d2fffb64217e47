"""Follow-ups made to stand alone, and searched for near what was talked of."""
