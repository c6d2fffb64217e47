"""Scripts that fit the small models which ship with the assistant."""
