"""Changes: what one state of the data says and the other does not."""
