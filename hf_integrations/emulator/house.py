"""The one place of all that an emulator keeps while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from hf_integrations.emulator import catalogue
from hf_integrations.emulator.clock import Clock
from hf_integrations.emulator.endpoints.fleet import Fleet
from hf_integrations.emulator.faults import Plan
from hf_integrations.emulator.partners import shelf
from hf_integrations.emulator.partners.jobs import Jobs
from hf_integrations.emulator.partners.outputs import Outputs
from hf_integrations.emulator.prefixes import Prefixes
from hf_integrations.emulator.quota import Quota
from hf_integrations.emulator.records import Ledger, RequestLog, bearer, digest
from hf_integrations.emulator.settings import Settings
from hf_integrations.emulator.vectors import Vectorizer
from hf_integrations.emulator.vocabulary import Vocabulary


@dataclass(slots=True)
class House:
    """Settings, vectors, faults, the clock, endpoints, and what is remembered."""

    settings: Settings
    log: RequestLog = field(default_factory=RequestLog)
    ledger: Ledger = field(default_factory=Ledger)
    faults: Plan = field(default_factory=Plan)
    prefixes: Prefixes = field(default_factory=Prefixes)
    outputs: Outputs = field(default_factory=Outputs)
    jobs: Jobs = field(default_factory=Jobs)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    clock: Clock = field(default_factory=Clock)
    fleet: Fleet = field(init=False)
    vectorizer: Vectorizer = field(init=False)
    quota: Quota = field(init=False)

    def __post_init__(self) -> None:
        self.vectorizer = Vectorizer(self.settings.dimensions)
        self.quota = Quota(self.settings.hub_quota)
        self.fleet = Fleet(self.clock)

    def reset(self) -> None:
        """Forget requests, accounts, faults, endpoints, and all that was read, queued or made."""
        for kept in (
            self.log, self.ledger, self.faults, self.prefixes, self.outputs, self.jobs,
            self.vocabulary, self.quota, self.fleet, self.clock,
        ):  # fmt: skip
            kept.clear()

    def task_of(self, model: str) -> str | None:
        """Return the task of `model`, as told by the settings or known of it; None for others."""
        known = shelf.MODELS.get(model)
        told = self.settings.task_of(model)
        return told or (known.tag if known else None)

    def charge(self, request: Request, model: str, *, read: int, written: int = 0) -> None:
        """Book the tokens of one request on its bearer and model."""
        known = catalogue.price(model)
        cost = (read * known.input + written * known.output) / 1_000_000
        self.ledger.charge(
            digest(bearer(request.headers)), model, read=read, written=written, cost=cost
        )


def house_of(request: Request) -> House:
    """Return the house that serves `request`."""
    house: House = request.app.state.house
    return house
