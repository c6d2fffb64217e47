"""Does the evidence carry a claim? Alignment, vetoes and a calibrated judge."""
