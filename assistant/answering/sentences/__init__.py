"""Which sentences of the evidence answer, in which order: the extractive composer."""
