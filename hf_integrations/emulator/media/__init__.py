"""Pictures, sound and films by hand: written and read with numpy and the standard library."""
