"""Tables: a class or a number for each row."""

from __future__ import annotations

from typing import Any, Unpack

from hf_integrations.flow import Flow
from hf_integrations.models import parameters as said
from hf_integrations.models.replies import Answers
from hf_integrations.routing import table
from hf_integrations.services.binding import (
    AsyncRawService,
    AsyncService,
    RawService,
    Service,
    method,
    raw,
)
from hf_integrations.services.context import Context
from hf_integrations.services.infer import infer


def classify(
    context: Context,
    rows: Any,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.NoParameters],
) -> Flow[Answers[str | int | float]]:
    """A class for each row.

    Args:
        rows: a dict of columns, a list of rows as dicts, or a pandas DataFrame.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.NoParameters`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(
        context, table.CLASSIFY_ROWS, rows, model=model, provider=provider, options=options
    )


def regress(
    context: Context,
    rows: Any,
    *,
    model: str | None = None,
    provider: str | None = None,
    **options: Unpack[said.NoParameters],
) -> Flow[Answers[float]]:
    """A number for each row.

    Args:
        rows: a dict of columns, a list of rows as dicts, or a pandas DataFrame.
        model: `organisation/name`, or the URL of a server of your own.
        provider: who serves it; at the router, hf-inference does.
        **options: `parameters.NoParameters`, and extra_body, extra_headers, timeout.

    Raises:
        ValidationError: an argument cannot be right; nothing was sent.
        HfError: the server refused, or no answer came; `hf_integrations.errors` draws the tree.
    """
    return infer(context, table.REGRESS, rows, model=model, provider=provider, options=options)


class _Tabular:
    classify = method(classify)
    regress = method(regress)


class RawTabular(_Tabular, RawService):
    """`client.tabular.with_raw_response`."""


class Tabular(_Tabular, Service):
    """`client.tabular`."""

    with_raw_response = raw(RawTabular)


class AsyncRawTabular(_Tabular, AsyncRawService):
    """`client.tabular.with_raw_response`, awaited."""


class AsyncTabular(_Tabular, AsyncService):
    """`client.tabular`, awaited."""

    with_raw_response = raw(AsyncRawTabular)
