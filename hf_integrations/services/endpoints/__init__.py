"""Dedicated endpoints: managed, waited for, remembered, and asked by name."""

from hf_integrations.services.endpoints.service import AsyncEndpoints, Endpoints

__all__ = ["AsyncEndpoints", "Endpoints"]
