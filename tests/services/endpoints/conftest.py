"""Emulators with endpoints."""

from tests.services.endpoints.orders import swift, up

__all__ = ["swift", "up"]
