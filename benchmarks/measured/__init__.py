"""What the benchmark of the gradients compares, and how."""
