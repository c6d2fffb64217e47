"""Words, numbers, places and periods of English text, read as every other room reads them."""
