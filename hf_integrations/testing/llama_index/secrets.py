"""That a component shows no secret: part of every suite."""

from __future__ import annotations

import pickle
from typing import Any


def check_hidden(subject: Any, params: dict[str, Any]) -> None:
    """No secret among the parameters is shown or written."""
    for name in {"token", "api_key", "dsn"} & params.keys():
        secret = str(params[name])
        shown = [repr(subject), str(subject), subject.to_json(), repr(pickle.dumps(subject))]
        assert not [text for text in shown if secret in text], name
