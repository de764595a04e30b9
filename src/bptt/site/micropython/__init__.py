"""What a page runs to check a reader's formula: the book's own kernel, under MicroPython, in a worker."""
