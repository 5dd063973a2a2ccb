"""What calls have in common is worked out once."""

from __future__ import annotations

from hf_integrations.flow import Request, Timeout
from hf_integrations.services.requests import MOST, Requests


def test_only_the_body_differs() -> None:
    """The second request is made of the first; no body is kept for it."""
    requests, made = Requests(), []

    def make() -> Request:
        made.append(1)
        return Request("POST", "http://host/v1", Timeout(1.0), body=b"secret prompt")

    first = requests.like("here", make, b"secret prompt")
    second = requests.like("here", make, b"another")

    assert (first.body, second.body, len(made)) == (b"secret prompt", b"another", 1)
    assert second == Request("POST", "http://host/v1", Timeout(1.0), body=b"another")
    assert all(kept.body == b"" for kept in requests._known.values())


def test_what_is_remembered_has_an_end() -> None:
    """A program that asks a new model each time does not fill memory."""
    requests = Requests()
    for number in range(3 * MOST):
        url = f"http://host/{number}"
        requests.like(number, lambda url=url: Request("GET", url, Timeout(1.0)), b"")  # type: ignore[misc]

    assert len(requests._known) <= MOST
