"""What changed since a validation, and what has to be looked at again for it."""
