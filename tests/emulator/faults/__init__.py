"""Faults: described, read, queued, drawn."""
