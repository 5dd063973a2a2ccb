"""Tests of the emulator's engines."""
