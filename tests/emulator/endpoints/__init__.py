"""Dedicated endpoints of the emulator."""
