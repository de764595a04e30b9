"""The network of the documents, under the name by which the chapters take it."""

from bptt.network import *  # noqa: F403
