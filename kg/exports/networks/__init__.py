"""Networks: one module for each format of networks, found by the format's name."""
