"""Notebooks that show the package at work, and what runs them."""
