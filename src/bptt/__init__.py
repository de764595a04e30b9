"""Derive, prove, measure and present backpropagation through time."""

__version__ = "0.1.0"
