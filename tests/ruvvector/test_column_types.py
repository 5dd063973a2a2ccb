"""What vectors are stored as: chosen by their width, checked, and searched like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from hf_integrations.errors import ConfigurationError, ValidationError
from hf_integrations.ruvvector.column_types import BIT, HALFVEC, TYPES, VECTOR, type_for
from hf_integrations.ruvvector.metrics import BIT_METRICS, METRICS, Metric
from tests.postgres import administrator
from tests.ruvvector.colours import AnyStore

MakeStore = Callable[..., AnyStore]
Array = npt.NDArray[Any]
RANDOM = np.random.default_rng(11)
NUMBERS = RANDOM.normal(size=(80, 24)).astype(np.float16).astype(np.float32)
BITS = (NUMBERS > 0).astype(np.float32)
NAMES = [f"{row:02}" for row in range(80)]


def distances(metric: str, rows: Array, query: Array) -> Array:
    """The operators of pgvector, said again in numpy."""
    rows, query = rows.astype(np.float64), query.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    both = np.minimum(rows, query).sum(axis=1)
    results: dict[str, Array] = {
        "cosine": 1 - rows @ query / lengths,
        "inner_product": -(rows @ query),
        "l2": np.linalg.norm(rows - query, axis=1),
        "l1": np.abs(rows - query).sum(axis=1),
        "hamming": np.abs(rows - query).sum(axis=1),
        "jaccard": 1 - both / np.maximum(rows, query).sum(axis=1),
    }
    return results[metric]


def fitting() -> list[tuple[str, str]]:
    """Each type with each metric that compares it."""
    numbers = [(kind, metric) for kind in ("vector", "halfvec") for metric in METRICS]
    return numbers + [("bit", metric) for metric in BIT_METRICS]


@pytest.mark.parametrize(("kind", "metric"), fitting())
def test_every_type_gives_what_numpy_gives(open_store: MakeStore, kind: str, metric: str) -> None:
    """Order, distance and score are those of the numbers that were stored."""
    data = BITS if kind == "bit" else NUMBERS
    store = open_store(metric=metric, type=kind)
    store.add(NAMES, data, ids=NAMES)
    expected = distances(metric, data, data[7])
    found = store.search(data[7], k=80, include_vectors=True)
    assert len(found) == 80
    np.testing.assert_allclose(
        [match.distance for match in found], np.sort(expected), rtol=1e-5, atol=1e-5
    )
    for match in found:
        row = NAMES.index(match.id)
        assert match.distance == pytest.approx(expected[row], rel=1e-5, abs=1e-5)
        np.testing.assert_array_equal(match.vector, data[row])
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("kind", TYPES)
def test_both_ways_to_write_keep_every_number(open_store: MakeStore, kind: str) -> None:
    """COPY into an empty table, and upsert into a filled one."""
    data = BITS if kind == "bit" else NUMBERS
    store = open_store(type=kind, metric="hamming" if kind == "bit" else "cosine")
    store.add(NAMES[:40], data[:40], ids=NAMES[:40])
    store.add(NAMES[40:], data[40:], ids=NAMES[40:])
    back = [record.vector for record in store.get(NAMES, include_vectors=True)]
    np.testing.assert_array_equal(back, data)


@pytest.mark.parametrize(
    ("dimensions", "name"),
    [(2_000, "vector"), (2_001, "halfvec"), (4_000, "halfvec"), (4_001, "vector")],
)
def test_the_width_chooses_the_type(
    open_store: MakeStore, postgres_dsn: str, schema: str, dimensions: int, name: str
) -> None:
    """The most exact one that an index can be built over; above 4,000 an index over bits."""
    store = open_store()
    store.add(["a"], np.ones((1, dimensions)), ids=["a"])
    with administrator(postgres_dsn) as connection:
        row = connection.execute(
            "SELECT format_type(atttypid, atttypmod), attstorage FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attname = 'embedding'",
            (f"{schema}.ruvvector_docs",),
        ).fetchone()
    plain = dimensions * (2 if name == "halfvec" else 4) <= 7_600
    assert row == (f"{name}({dimensions})", "p" if plain else "e")
    assert store.search(np.ones(dimensions))[0].id == "a"


def test_bits_are_chosen_by_their_metric() -> None:
    """Hamming and Jaccard compare nothing else."""
    assert type_for("auto", BIT_METRICS["hamming"], 12) is BIT
    assert type_for("auto", METRICS["cosine"], 12) is VECTOR
    assert type_for("halfvec", METRICS["cosine"], 12) is HALFVEC


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"type": "sparse"}, "type 'sparse' is not known; choose one of: auto, vector, halfvec"),
        ({"type": "bit"}, "type='bit' cannot be compared by metric='cosine'; choose hamming or"),
        ({"type": "vector", "metric": "jaccard"}, "choose cosine, inner_product, l2 or l1"),
        ({"type": "vector", "dimensions": 16_001}, "vector takes at most 16000 dimensions"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    open_store: MakeStore, settings: dict[str, Any], sentence: str
) -> None:
    """Before a connection is made."""
    with pytest.raises((ConfigurationError, ValidationError), match=sentence):
        open_store(**settings)


@pytest.mark.parametrize(
    ("settings", "vectors", "sentence"),
    [
        ({"type": "halfvec"}, [[1.0], [70_000.0]], "item 1: its vector: .*beyond ±65504"),
        ({"type": "halfvec"}, [[1e-9], [1.0]], "item 0: its vector: .*length 0 in the precision"),
        ({"metric": "hamming"}, [[1.0], [0.5]], "item 1: .*other than 0 and 1.*give vectors > 0"),
    ],
)
def test_what_a_type_cannot_hold_is_named_by_item(
    open_store: MakeStore, settings: dict[str, Any], vectors: list[list[float]], sentence: str
) -> None:
    """And nothing of the call is stored."""
    store = open_store(**settings)
    with pytest.raises(ValidationError, match=sentence):
        store.add(["a", "b"], vectors)
    assert store.count() == 0


def test_small_numbers_are_kept_where_no_direction_is_needed(open_store: MakeStore) -> None:
    """A halved zero has a distance in L2."""
    store = open_store(type="halfvec", metric="l2")
    store.add(["a"], [[1e-9]], ids=["a"])
    assert store.search([0.0])[0].distance == 0.0


def test_a_collection_opened_as_another_type_is_refused(open_store: MakeStore) -> None:
    """By type, and by a metric that cannot compare what is stored."""
    open_store(type="halfvec").add(["a"], [[1.0, 2.0]])
    with pytest.raises(ConfigurationError, match="'docs' stores halfvec; leave type out"):
        open_store(type="vector").count()
    with pytest.raises(ConfigurationError, match="stores halfvec, which metric='hamming' cannot"):
        open_store(metric="hamming").count()
    assert open_store().count() == 1


@pytest.mark.parametrize("kind", TYPES)
def test_other_dimensions_are_refused(open_store: MakeStore, kind: str) -> None:
    """In both directions, whatever the type."""
    metric = "hamming" if kind == "bit" else "cosine"
    store = open_store(type=kind, metric=metric)
    store.add(["a"], [[1.0, 0.0, 1.0]])
    with pytest.raises(ValidationError, match="vectors has 2 dimensions and the collection 3"):
        store.add(["b"], [[1.0, 0.0]])
    with pytest.raises(ValidationError, match="vector has 4 dimensions and the collection 3"):
        store.search([1.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
def test_packing_and_unpacking_are_inverse(column: Any) -> None:
    """Widths that fill no whole byte as well."""
    for width in (1, 7, 8, 9, 24):
        data = (BITS if column is BIT else NUMBERS)[:, :width]
        for row in data[:5]:
            np.testing.assert_array_equal(column.numbers(column.pack(row)), row)
        assert len(column.pack(data[0])) <= column.bytes_for(width)


@pytest.mark.parametrize("metric", [*METRICS.values(), *BIT_METRICS.values()], ids=lambda m: m.name)
def test_operator_classes_exist_for_every_fitting_type(metric: Metric, postgres_dsn: str) -> None:
    """As the server names them."""
    with administrator(postgres_dsn) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        for kind in ("bit",) if metric.of_bits else ("vector", "halfvec"):
            methods = connection.execute(
                "SELECT array_agg(amname::text ORDER BY amname) FROM pg_opclass o "
                "JOIN pg_am a ON a.oid = o.opcmethod WHERE opcname = %s",
                (metric.operator_class(kind),),
            ).fetchone()
            assert methods == (sorted(metric.methods),)
