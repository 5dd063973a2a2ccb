"""A metric gives operator, operator class and score together."""

import pytest

from hf_integrations.errors import ValidationError
from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS, metric_named

EVERY = METRICS | BIT_METRICS


@pytest.mark.parametrize(
    ("name", "distance", "score"),
    [
        ("cosine", 0.25, 0.75),
        ("inner_product", -12.0, 12.0),
        ("l2", 3.0, 0.25),
        ("l1", 0.0, 1.0),
        ("hamming", 3.0, 0.25),
        ("jaccard", 0.25, 0.75),
    ],
)
def test_score_follows_from_distance(name: str, distance: float, score: float) -> None:
    """Each metric's score is the documented function of its distance."""
    assert EVERY[name].score(distance) == score


@pytest.mark.parametrize("name", EVERY)
def test_nearer_scores_higher(name: str) -> None:
    """Whatever the metric, a smaller distance is a greater score."""
    scores = [EVERY[name].score(distance) for distance in (0.0, 0.5, 1.5)]
    assert scores == sorted(scores, reverse=True)


def test_unknown_metric_names_the_known_ones() -> None:
    """A wrong metric is refused with the list of right ones."""
    with pytest.raises(
        ValidationError,
        match=r"'dot' is not known.*cosine, inner_product, l2, l1, hamming, jaccard",
    ):
        metric_named("dot")
