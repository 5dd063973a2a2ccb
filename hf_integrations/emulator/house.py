"""The one place of all that an emulator keeps while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from hf_integrations.emulator import catalogue
from hf_integrations.emulator.faults import FaultQueue
from hf_integrations.emulator.records import Ledger, RequestLog, bearer, digest
from hf_integrations.emulator.settings import Settings
from hf_integrations.emulator.vectors import Vectorizer


@dataclass(slots=True)
class House:
    """Settings, vectors, faults, and what is remembered."""

    settings: Settings
    log: RequestLog = field(default_factory=RequestLog)
    ledger: Ledger = field(default_factory=Ledger)
    faults: FaultQueue = field(default_factory=FaultQueue)
    vectorizer: Vectorizer = field(init=False)

    def __post_init__(self) -> None:
        self.vectorizer = Vectorizer(self.settings.dimensions)

    def reset(self) -> None:
        """Forget requests, accounts and faults."""
        self.log.clear()
        self.ledger.clear()
        self.faults.clear()

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
