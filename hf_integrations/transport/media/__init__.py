"""Media in: from a path, a URL, bytes or an array to what may be sent; and long audio in parts."""

from hf_integrations.transport.engines.errands import aside
from hf_integrations.transport.media.fetching import fetch
from hf_integrations.transport.media.loading import as_url, download, load
from hf_integrations.transport.media.settings import MediaSettings
from hf_integrations.transport.media.sources import url_of
from hf_integrations.transport.media.transcripts import Span, Transcript, merge
from hf_integrations.transport.media.windows import Window, windows

__all__ = [
    "MediaSettings",
    "Span",
    "Transcript",
    "Window",
    "as_url",
    "aside",
    "download",
    "fetch",
    "load",
    "merge",
    "url_of",
    "windows",
]
