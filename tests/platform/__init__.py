"""Adapters for platforms."""  # noqa: A005 - named as what it tests
