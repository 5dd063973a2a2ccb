"""Faults on demand: answers that go wrong, alone, in sequence or by chance, as in life."""

from hf_integrations.emulator.faults.fault import Fault
from hf_integrations.emulator.faults.named import NAMED, fault
from hf_integrations.emulator.faults.plan import MOST_FAULTS, Plan
from hf_integrations.emulator.faults.reading import from_header, read
from hf_integrations.emulator.faults.script import Script, Sequence, Storm

__all__ = [
    "MOST_FAULTS", "NAMED", "Fault", "Plan", "Script", "Sequence", "Storm", "fault", "from_header",
    "read",
]  # fmt: skip
