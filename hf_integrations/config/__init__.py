"""The settings of a client: from code, then the environment, then files.

A setting is a field of the room it belongs to (`places`, `patience`, `guards`, `failover`,
`memory`, `telemetry`, `endpoints`, `content`, `connections`) and a line in that room's docstring;
the rest follows from its type: how it is checked (`checks`), and its row in docs/settings.md.
"""

from __future__ import annotations

from hf_integrations.config.checks import LARGEST as LARGEST
from hf_integrations.config.dynamic import DynamicConfig as DynamicConfig
from hf_integrations.config.guards import RateLimit as RateLimit
from hf_integrations.config.places import HUB_URL as HUB_URL
from hf_integrations.config.places import MANAGEMENT_URL as MANAGEMENT_URL
from hf_integrations.config.places import ROUTER_URL as ROUTER_URL
from hf_integrations.config.places import Server as Server
from hf_integrations.config.settings import NAMES as NAMES
from hf_integrations.config.settings import HfInferenceConfig as HfInferenceConfig
from hf_integrations.config.settings import known as known
from hf_integrations.config.words import checked_headers as checked_headers
from hf_integrations.config.words import checked_url as checked_url
