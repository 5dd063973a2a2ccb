"""Tests of what is told of calls."""
