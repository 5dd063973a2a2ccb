"""Dedicated endpoints: managed, waited for, remembered, and asked by name."""
