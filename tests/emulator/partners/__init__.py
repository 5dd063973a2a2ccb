"""Tests of the emulator's partners."""
