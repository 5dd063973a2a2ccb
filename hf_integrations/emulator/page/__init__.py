"""The emulator for eyes: a page at `/` for browsers, made here, kept alive by a little script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hf_integrations._version import __version__
from hf_integrations.emulator.catalogue import CATALOGUE
from hf_integrations.emulator.faults import NAMED
from hf_integrations.emulator.house import house_of
from hf_integrations.emulator.records import RecordedRequest

SHOWN = 50  # requests
_TYPES = {"page.css": "text/css", "page.js": "text/javascript"}
# Nothing from elsewhere, and nothing that is written into the page itself, is run.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes() -> list[Route]:
    """Return the routes of the script and the style."""
    return [Route(f"/__parlel/{name}", _static, methods=["GET"]) for name in _TYPES]


def is_wanted(request: Request) -> bool:
    """Tell whether a browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


def answer(request: Request) -> Response:
    """Return the page as things are now; it works, but for what is live, without the script."""
    house = house_of(request)
    recent = [one for one in house.log.all() if not _is_page(one)][-SHOWN:]
    text = Template(_read("page.html")).substitute(
        version=escape(__version__),
        models="".join(f'<option value="{escape(name)}">' for name in CATALOGUE),
        faults="".join(f"<option>{escape(name)}</option>" for name in NAMED),
        waiting=len(house.faults.shown()),
        rows="".join(map(_row, reversed(recent))),
    )
    return Response(text, media_type="text/html", headers={"Content-Security-Policy": _POLICY})


def _row(one: RecordedRequest) -> str:
    """Return a line of the table; the script writes the same."""
    cells = (one.id, one.method, one.path, str(one.status or "…"))
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td></td></tr>"


def _is_page(one: RecordedRequest) -> bool:
    return one.method == "GET" and one.path == "/"


async def _static(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    return Response(_read(name), media_type=_TYPES[name])


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
