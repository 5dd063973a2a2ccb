"""A local Hugging Face: router, engines and hf-inference, without a model and without a network."""

from hf_integrations.emulator.emulator import Emulator, serve
from hf_integrations.emulator.faults import Fault
from hf_integrations.emulator.records import RecordedRequest

__all__ = ["Emulator", "Fault", "RecordedRequest", "serve"]
