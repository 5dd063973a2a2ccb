"""What every call may be told."""

from __future__ import annotations

from hf_integrations.models.options import CallOptions
from hf_integrations.services.options import Call


def test_every_option_of_the_type_is_known_to_calls() -> None:
    """One list, in two forms."""
    assert set(CallOptions.__annotations__) == set(Call.__struct_fields__)
