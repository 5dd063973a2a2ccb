"""The default engine in asyncio keeps its promises on uvloop, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hf_integrations.transport.engines import EngineSettings, make_async_engine
from tests.transport.engines.callers import LoopCaller
from tests.transport.engines.conftest import MakeCaller, MakeServer

# The tests themselves are those of every engine; here they run on another loop.
from tests.transport.engines.test_exchange import (  # noqa: F401
    test_a_large_body_arrives_whole,
    test_a_post_is_not_sent_twice,
    test_an_unused_connection_has_its_time,
    test_calls_one_after_another_share_a_connection,
    test_closing_closes_the_connections_and_twice_is_once,
)
from tests.transport.engines.test_failures import test_a_reset, test_nobody_listens  # noqa: F401
from tests.transport.engines.test_proxies import (  # noqa: F401
    test_a_proxy_that_refuses_is_an_error_without_secrets,
    test_https_is_carried_blindly,
)
from tests.transport.engines.test_stream import (  # noqa: F401
    test_an_event_is_handed_over_before_the_next_is_written,
    test_closing_early_cuts_the_connection,
    test_events_written_together_all_arrive,
    test_streams_side_by_side_do_not_disturb_each_other,
)
from tests.transport.engines.test_timeouts import (  # noqa: F401
    full,
    test_a_stream_that_falls_silent,
    test_no_answer_in_time,
    test_no_connection_in_time,
)

uvloop: Any = pytest.importorskip("uvloop")


@pytest.fixture
def kind() -> str:
    """One engine; that of other tests is all of them."""
    return "stdlib on uvloop"


@pytest.fixture
def make_caller(serve: MakeServer) -> Iterator[MakeCaller]:
    """Makes the engine on a loop of uvloop, and ends it after the test."""
    with ExitStack() as stack:

        def make(**settings: Any) -> LoopCaller:
            caller = LoopCaller(
                lambda: make_async_engine(EngineSettings(**settings)), uvloop.new_event_loop
            )
            stack.callback(caller.end)
            return caller

        yield make
