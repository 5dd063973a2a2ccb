"""LlamaIndex's filters mean in the store what they mean in LlamaIndex."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn

from hf_integrations.errors import ValidationError
from hf_integrations.llama_index.filters import both, of_documents, to_filter
from hf_integrations.ruvvector import Filter
from tests.ruvvector.reference import holds

F = FilterOperator
KEYS = st.sampled_from(["a", "b", "c.d"])
NUMBERS = st.integers(-3, 3)
WORDS = st.text("aA%_\\b", max_size=3)
# One kind of value for each key, as LlamaIndex's own store raises TypeError on others.
METADATA = st.fixed_dictionaries(
    {}, optional={"n": NUMBERS, "w": WORDS, "l": st.lists(WORDS, max_size=3)}
)
CONDITIONS = st.one_of(
    st.builds(
        MetadataFilter,
        key=st.just("n"),
        operator=st.sampled_from([F.EQ, F.NE, F.GT, F.GTE, F.LT, F.LTE]),
        value=NUMBERS,
    ),
    st.builds(
        MetadataFilter,
        key=st.just("n"),
        operator=st.sampled_from([F.IN, F.NIN]),
        value=st.lists(NUMBERS, max_size=3),
    ),
    st.builds(
        MetadataFilter,
        key=st.just("w"),
        operator=st.sampled_from([F.EQ, F.NE, F.TEXT_MATCH, F.TEXT_MATCH_INSENSITIVE]),
        value=WORDS,
    ),
    st.builds(
        MetadataFilter,
        key=st.just("l"),
        operator=st.sampled_from([F.ANY, F.ALL]),
        value=st.lists(WORDS, max_size=3),
    ),
    st.builds(MetadataFilter, key=st.just("l"), operator=st.just(F.CONTAINS), value=WORDS),
    st.builds(
        MetadataFilter,
        key=st.sampled_from(["w", "l", "none"]),
        operator=st.just(F.IS_EMPTY),
        value=st.none(),
    ),
)


@given(
    METADATA,
    st.lists(CONDITIONS, max_size=3),
    st.sampled_from([None, *FilterCondition]),
)
def test_the_same_rows_pass_as_in_llama_indexs_own_store(
    metadata: dict[str, Any], conditions: list[MetadataFilter], condition: FilterCondition | None
) -> None:
    """For every operator and every condition."""
    filters = MetadataFilters(filters=[*conditions], condition=condition)
    expected = build_metadata_filter_fn(lambda _: metadata, filters)("")
    found = to_filter(filters)
    assert (found is None or holds(found, metadata)) is expected


@given(METADATA, CONDITIONS, CONDITIONS, CONDITIONS)
def test_filters_within_filters(
    metadata: dict[str, Any], one: MetadataFilter, two: MetadataFilter, three: MetadataFilter
) -> None:
    """Mean what their parts mean; LlamaIndex's own store refuses them."""

    def passes(*parts: Any, condition: FilterCondition = FilterCondition.AND) -> bool:
        found = to_filter(MetadataFilters(filters=list(parts), condition=condition))
        assert found is not None
        return holds(found, metadata)

    either = MetadataFilters(filters=[one, two], condition=FilterCondition.OR)
    neither = MetadataFilters(filters=[either], condition=FilterCondition.NOT)
    nothing = MetadataFilters(filters=[MetadataFilters(filters=[])])
    assert passes(either, three) is ((passes(one) or passes(two)) and passes(three))
    assert passes(neither, three) is (not (passes(one) or passes(two)) and passes(three))
    assert passes(nothing, one) is passes(one)


def test_no_filters_are_no_filter() -> None:
    """None, and filters that say nothing."""
    assert to_filter(None) is None
    assert to_filter(MetadataFilters(filters=[MetadataFilters(filters=[])])) is None


def test_every_operator_has_a_meaning() -> None:
    """One that LlamaIndex adds is found out here."""
    for operator in FilterOperator:
        listed = operator in (F.IN, F.NIN, F.ANY, F.ALL)
        one = MetadataFilter(key="k", value=["v"] if listed else "v", operator=operator)
        assert to_filter(MetadataFilters(filters=[one])) is not None


def test_what_is_not_known_is_refused_by_name() -> None:
    """An operator, a condition, and a value its operator cannot use."""
    strange = MetadataFilter.model_construct(key="k", value=1, operator="~~")
    with pytest.raises(ValidationError, match=r"'k'.*'~~'"):
        to_filter(MetadataFilters(filters=[strange]))
    known = MetadataFilter(key="k", value=1)
    odd = MetadataFilters.model_construct(filters=[known], condition="xor")
    with pytest.raises(ValidationError, match="xor"):
        to_filter(odd)
    for operator in (F.IN, F.TEXT_MATCH, F.TEXT_MATCH_INSENSITIVE, F.ANY):
        wrong = MetadataFilter(key="k", value=1, operator=operator)
        with pytest.raises(ValidationError, match="'k'"):
            to_filter(MetadataFilters(filters=[wrong]))


def test_filters_are_joined() -> None:
    """Those there are."""
    one, two = Filter.key("a").eq(1), of_documents(["d"])
    assert both(None, None) is None
    assert both(one, None) is one
    joined = both(one, two)
    assert joined is not None
    assert holds(joined, {"a": 1, "ref_doc_id": "d"})
    assert not holds(joined, {"a": 1})
