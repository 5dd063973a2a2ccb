"""Whether a call is watched: by the setting, and by what is set up in the process."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from hf_integrations import HfInferenceClient, HfInferenceConfig
from hf_integrations.emulator import Emulator
from hf_integrations.errors import ConfigurationError
from hf_integrations.services.endpoints.service import Endpoints
from hf_integrations.services.tracing import named, tracer

RUN = """
import sys
from hf_integrations import HfInferenceClient
{before}
client = HfInferenceClient(base_url={url!r}, token="hf_x", {settings})
client.chat.complete("Hello", model="org/name")
print({show})
"""
SDK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
"""
SHOW = "[span.name for span in spans.get_finished_spans()]"


def ran(url: str, before: str = "", settings: str = "", show: str = "") -> str:
    """What a program of its own prints; providers can be set only once in a process."""
    code = RUN.format(url=url, before=before, settings=settings, show=show)
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_nothing_of_it_is_loaded_by_itself(emulator: Emulator) -> None:
    """Not ours, and not OpenTelemetry, though it is installed."""
    show = "[name for name in sys.modules if 'opentelemetry' in name or '.telemetry.' in name]"
    loaded = ran(
        emulator.url, show=f"[n for n in {show} if 'transport' not in n and 'config' not in n]"
    )
    assert loaded == "[]"


def test_it_begins_when_an_sdk_is_set_up_even_later(emulator: Emulator) -> None:
    """A client that was there before is not left out."""
    before = f"{SDK}\nearly = HfInferenceClient(base_url={emulator.url!r}, token='hf_x',"
    before += "telemetry_sample_rate=1.0)\nearly.chat.complete('Hi', model='org/name')"
    before += f"\nassert not {SHOW}\ntrace.set_tracer_provider(provider)"
    before += "\nearly.chat.complete('Hi', model='org/name')"
    told = ran(emulator.url, before, "telemetry_sample_rate=1.0", SHOW)
    assert told == str(["POST", "chat org/name"] * 2)


def test_it_can_be_turned_off(emulator: Emulator) -> None:
    """Whatever is set up."""
    before = f"{SDK}\ntrace.set_tracer_provider(provider)"
    settings = "telemetry='off', telemetry_sample_rate=1.0"
    assert ran(emulator.url, before, settings, SHOW) == "[]"
    assert HfInferenceConfig.thin().telemetry == "off"
    assert tracer(HfInferenceConfig.thin()) is None


def test_on_needs_the_library() -> None:
    """And says how to get it."""
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from hf_integrations import HfInferenceClient, ConfigurationError\n"
        "try: HfInferenceClient(telemetry='on', token='x').chat.complete('a', model='o/n')\n"
        "except ConfigurationError as error: print(error)"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "pip install 'hf-integrations[otel]'" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"telemetry": "yes"}, {"telemetry": None}, {"telemetry": 3}, {"telemetry_content": 1},
        {"telemetry_sample_rate": 1.1}, {"telemetry_sample_rate": -1},
        {"telemetry_propagation": "some"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(settings: dict[str, Any]) -> None:
    """By the name of the setting."""
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        HfInferenceClient(token="x", **settings)


def test_methods_are_named_by_room_and_name() -> None:
    """As users call them."""
    assert named(Endpoints, "list") == "endpoints.list"
    assert type(HfInferenceClient(token="x").chat).complete.__name__ == "complete"
