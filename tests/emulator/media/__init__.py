"""Tests of the emulator's media."""
