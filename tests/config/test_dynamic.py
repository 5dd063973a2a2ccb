"""Settings that change: checked first, watched, kept, and undone."""

from __future__ import annotations

import pytest

from hf_integrations import HfInferenceClient
from hf_integrations.config import DynamicConfig, HfInferenceConfig
from hf_integrations.errors import ConfigurationError


def test_a_change_is_told_kept_and_undone() -> None:
    """With its number and the names of what changed."""
    dynamic, seen = DynamicConfig(HfInferenceConfig(max_retries=1)), list[int]()
    stop = dynamic.watch(lambda config: seen.append(config.max_retries))
    dynamic.update(max_retries=2)
    dynamic.update(max_retries=3, request_timeout=5)
    dynamic.rollback()
    dynamic.rollback(1)
    stop()
    dynamic.update(max_retries=9)

    assert seen == [2, 3, 2, 1]
    assert (dynamic.version, dynamic.current.max_retries) == (6, 9)
    changes = [(one.number, one.changed) for one in dynamic.history]
    assert changes[2:4] == [(3, ("max_retries", "request_timeout")), (4, changes[3][1])]
    assert set(changes[3][1]) == {"max_retries", "request_timeout"}


def test_what_cannot_work_changes_nothing() -> None:
    """Neither what the settings say, nor a validator, nor a watcher that fails."""
    dynamic, seen = DynamicConfig(), list[int]()

    def few(config: HfInferenceConfig) -> None:
        if config.max_retries > 5:
            raise ConfigurationError("too many")

    def picky(config: HfInferenceConfig) -> None:
        if config.max_retries == 4:
            raise RuntimeError("not four")

    dynamic.validate(few)
    dynamic.watch(lambda config: seen.append(config.max_retries))
    dynamic.watch(picky)
    for bad, kind in ((-1, ConfigurationError), (6, ConfigurationError), (4, RuntimeError)):
        with pytest.raises(kind):
            dynamic.update(max_retries=bad)

    assert (dynamic.version, dynamic.current.max_retries) == (1, 3)
    assert seen == [4, 3]


def test_a_watcher_may_not_change_what_it_is_told_of() -> None:
    """Else the next one would be told of two changes, in the wrong order; nothing has changed."""
    dynamic, seen = DynamicConfig(HfInferenceConfig(max_retries=1)), list[int]()
    dynamic.watch(lambda config: seen.append(config.max_retries))

    def change(config: HfInferenceConfig) -> None:
        dynamic.update(request_timeout=7)

    stop = dynamic.watch(change)
    with pytest.raises(ConfigurationError, match="changes the settings that it is told of") as it:
        dynamic.update(max_retries=2)
    assert "after update" in str(it.value)
    assert (seen, dynamic.version, dynamic.current.max_retries) == ([2, 1], 1, 1)

    stop()
    dynamic.validate(change)
    with pytest.raises(ConfigurationError, match="changes the settings that it is told of"):
        dynamic.update(max_retries=3)


def test_watchers_see_the_new_settings_apply() -> None:
    """Not those that are over."""
    dynamic, seen = DynamicConfig(HfInferenceConfig(max_retries=1)), list[int]()
    dynamic.watch(lambda config: seen.append(dynamic.current.max_retries))
    dynamic.update(max_retries=2)
    assert seen == [2]


def test_a_change_is_undone_for_all_even_where_one_fails_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The caller learns what went wrong first; an interrupt undoes it, too."""
    dynamic, seen = DynamicConfig(HfInferenceConfig(max_retries=1)), list[int]()

    def twice(config: HfInferenceConfig) -> None:
        if config.max_retries == 1:
            raise ValueError("again")

    def stop(config: HfInferenceConfig) -> None:
        raise KeyboardInterrupt

    dynamic.watch(twice)
    dynamic.watch(lambda config: seen.append(config.max_retries))
    dynamic.watch(stop)
    with pytest.raises(KeyboardInterrupt):
        dynamic.update(max_retries=2)
    assert (seen, dynamic.version, dynamic.current.max_retries) == ([2, 1], 1, 1)
    assert [one.message for one in caplog.records] == [
        "A watcher of settings raised ValueError when a change was undone."
    ]


def test_the_history_is_bounded_and_says_what_is_kept() -> None:
    """Going back further is an error."""
    dynamic = DynamicConfig(most=2)
    for number in range(5):
        dynamic.update(max_retries=number)

    assert [one.number for one in dynamic.history] == [5, 6]
    with pytest.raises(ConfigurationError, match="no version 1 to go back to; kept: 5"):
        dynamic.rollback(1)
    with pytest.raises(ConfigurationError, match="most must be"):
        DynamicConfig(most=0)
    with pytest.raises(ConfigurationError, match="must be a function"):
        dynamic.watch(5)  # type: ignore[arg-type]


def test_a_client_follows_with_the_services_it_has_handed_out() -> None:
    """Until it is closed; connections stay as they are."""
    dynamic = DynamicConfig(HfInferenceConfig(token=False))
    client = HfInferenceClient(token=False)
    chat, raw = client.chat, client.chat.with_raw_response
    client.follow(dynamic)
    dynamic.update(max_retries=7)
    assert (client.config.max_retries, chat.context.patience.retry.most) == (7, 7)
    assert raw.context is chat.context
    with pytest.raises(ConfigurationError, match="http_engine cannot change"):
        dynamic.update(http_engine="httpx")
    client.close()
    dynamic.update(max_retries=1)
    assert client.config.max_retries == 7
