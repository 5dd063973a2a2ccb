"""Tests of what is for those who run it: dashboard, rules, load."""
