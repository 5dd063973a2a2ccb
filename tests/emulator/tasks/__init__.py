"""Tests of the emulator's tasks."""
