"""The suites that are published."""
