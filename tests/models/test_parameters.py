"""Parameters are checked by their types and ranges before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.models import parameters as said
from hf_integrations.models.shapes import checked


@pytest.mark.parametrize(
    ("shape", "values", "message"),
    [
        (said.Classification, {"top_k": 0}, "top_k: expected `int` >= 1"),
        (said.Classification, {"function_to_apply": "x"}, "function_to_apply: invalid enum value"),
        (said.ZeroShot, {}, "missing required field `candidate_labels`"),
        (said.ZeroShot, {"candidate_labels": []}, "candidate_labels: expected"),
        (said.ObjectDetection, {"threshold": 2}, "threshold: expected `float` <= 1"),
        (said.ImageToImage, {"target_size": {"width": 1}}, "target_size: object missing"),
        (said.TextToImage, {"width": "5"}, "width: expected `int | null`"),
    ],
)
def test_a_wrong_parameter_is_named(shape: Any, values: dict[str, Any], message: str) -> None:
    """And never shown."""
    with pytest.raises(ValidationError) as caught:
        checked(values, shape)
    assert message in caught.value.message
