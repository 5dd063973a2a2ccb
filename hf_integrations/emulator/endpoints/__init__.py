"""Dedicated endpoints: their management API, their life by the clock, and what they answer."""
