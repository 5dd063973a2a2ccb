"""Write the reference of the public names, from their signatures and docstrings.

`make docs` does so before it builds the site; what is written, docs/reference/, is not kept. A
method of a client is shown as the plain client has it: in asyncio it is the same, awaited.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from textwrap import dedent
from typing import Any

from msgspec import NODEFAULT, Struct
from msgspec._core import Factory

FOLDER = Path(__file__).parent / "reference"
PACKAGE = "hf_integrations"

# The pages: a title, a sentence, and the names that stand there; a module means all it offers.
PAGES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "client": (
        "The client",
        "What both clients have; [chat](../chat.md), [tasks](../tasks.md) and "
        "[endpoints](../endpoints.md) show it at work.",
        (
            "HfInferenceClient", "services.chat.Chat", "services.text_generation.TextGeneration",
            "services.embeddings.Embeddings", "services.text.Texts", "services.image.Images",
            "services.audio.Sounds", "services.video.Videos", "services.tabular.Tabular",
            "services.tokens.Tokens", "services.hub.Hub", "services.resolver.ProviderResolver",
            "services.endpoints.service.Endpoints", "transport.streams.Stream",
        ),
    ),
    "settings": (
        "Settings",
        "[Every setting](../settings.md) has its line on a page of its own.",
        ("HfInferenceConfig", "config.DynamicConfig"),
    ),
    "shapes": (
        "What goes in and comes out",
        "Messages, answers, vectors and media.",
        (
            "ChatMessage", "ChatRequest", "ChatResponse", "ChatChunk", "Tool", "ToolCall",
            "TokenUsage", "TextGenerationRequest", "TextGenerationResponse",
            "TextGenerationChunk", "EmbeddingResponse", "models.replies.Answers",
            "models.exchanges.RawResponse", "models.exchanges.Exchange", "Media", "Image", "Audio",
            "Video", "HealthStatus", "transport.metrics.Snapshot", "transport.metrics.Figures",
            "transport.costs.Costs", "transport.lanes.Circuit", "services.batching.BatchReport",
        ),
    ),
    "places": (
        "Providers, models, endpoints",
        "Whom a call goes to, and what is known of them.",
        (
            "InferenceProvider", "register_provider", "unregister_provider", "InferenceTarget",
            "InferenceTask", "Models", "HubModel", "ModelProfile", "EndpointConfig",
            "EndpointImage", "EndpointInfo", "EndpointStatus", "models.hardware.Hardware",
        ),
    ),
    "errors": (
        "Errors",
        "[What to do about each](../troubleshooting.md) has a page of its own.",
        ("errors",),
    ),
    "langchain": ("LangChain", "[At work](../langchain.md).", ("langchain",)),
    "llama_index": ("LlamaIndex", "[At work](../llama_index.md).", ("llama_index",)),
    "ruvvector": ("RuvVector", "[At work](../ruvvector.md).", ("ruvvector",)),
    "platform": ("Platform", "[At work](../platform.md).", ("platform",)),
    "emulator": ("The emulator", "[At work](../emulator.md).", ("emulator",)),
    "bulk": ("Documents in bulk", "A folder into a store.", ("bulk",)),
    "testing": (
        "Suites of tests",
        "To subclass; see [LlamaIndex](../llama_index.md) and [platforms](../platform.md).",
        ("testing.llama_index", "testing.platform.ModelAdapterSuite"),
    ),
}  # fmt: skip
# Public names that are types to write in annotations, or the same in asyncio.
ELSEWHERE = frozenset({
    "AsyncHfInferenceClient", "AsyncProviderResolver", "ProviderResolver", "AudioInput",
    "ImageInput", "VideoInput", "__version__",
})  # fmt: skip
NOT_PASSED = frozenset({"self", "cls", "context", "state"})
_SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Source|Sources|Note):(.*)$")
_EXAMPLE = re.compile(r"((?:^>>> .*\n(?:^(?:\.\.\.|>>>|\S).*\n?)*)+)", re.MULTILINE)
_DOTTED = re.compile(r"'[^']*'|\b[a-z_][\w.]*\.(\w+)")
_ENTRY = re.compile(r"^    (\*{0,2}[\w.`, ]+?)(?: \([^)]*\))?: (.*)$")


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    made = {f"{name}.md": page(*about) for name, about in PAGES.items()}
    listed = "".join(
        f"| [{title}]({name}.md) | {', '.join(_names(parts))} |\n"
        for name, (title, _, parts) in PAGES.items()
    )
    made["index.md"] = f"{HEAD}{listed}\n{TOC.format(names=chr(10).join(PAGES))}"
    return made


HEAD = """# Reference

Every public name, from its own docstring; the examples run as tests. `AsyncHfInferenceClient` has
the names of `HfInferenceClient`, awaited.

| page | names |
|---|---|
"""
TOC = "```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def page(title: str, sentence: str, parts: tuple[str, ...]) -> str:
    """A page: a heading, a sentence, and what its names have to say."""
    shown = [text for part in parts for text in _things(part)]
    return "\n".join([f"# {title}\n\n{sentence}\n", *shown])


def documented() -> set[str]:
    """The public names of the package that stand on a page."""
    return {name for _, _, parts in PAGES.values() for part in parts for name in _names((part,))}


def _names(parts: tuple[str, ...]) -> list[str]:
    return [name for part in parts for name, _, _ in _found(part)]


def _found(part: str) -> Iterator[tuple[str, str, Any]]:
    """What a part of a page stands for: name, module, and the thing itself."""
    try:
        module = import_module(f"{PACKAGE}.{part}")
    except ModuleNotFoundError:
        place, _, name = part.rpartition(".")
        home = f"{PACKAGE}.{place}".rstrip(".")
        yield name, home, getattr(import_module(home), name)
        return
    for name in getattr(module, "__all__", None) or _own(module):
        if not hasattr(module, name.removeprefix("Async")) or not name.startswith("Async"):
            yield name, module.__name__, getattr(module, name)


def _own(module: Any) -> list[str]:
    """The classes of a module that names nothing as public, in their order."""
    return [
        name
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and name[0] != "_"
    ]


def _things(part: str) -> Iterator[str]:
    for name, module, thing in _found(part):
        if inspect.isclass(thing):
            yield _class(name, module, thing)
        elif callable(thing):
            yield _function(f"## {name}", name, thing)


def _class(name: str, module: str, kind: type) -> str:
    twin = f"Async{name}" if hasattr(import_module(module), f"Async{name}") else ""
    awaited = f"; in asyncio `{twin}`, whose methods are awaited" if twin else ""
    lines = [f"## {name}", "", f"`{module}.{name}`{_bases(kind)}{awaited}", ""]
    lines += [_signature(name, kind), "", prose(inspect.getdoc(kind) or "")]
    for member, thing in _members(kind):
        if isinstance(thing, property):
            lines.append(f"**`{member}`** {prose(inspect.getdoc(thing) or '')}")
        else:
            lines.append(_function(f"### {name}.{member}", member, thing))
    return "\n".join(lines)


def _bases(kind: type) -> str:
    named = [f"`{base.__name__}`" for base in kind.__bases__ if base.__name__[0] != "_"]
    plain = [one for one in named if one not in ("`object`", "`Struct`", "`Generic`", "`Protocol`")]
    return f", a {', '.join(plain)}" if plain else ""


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """What a class of ours offers beside its fields: its own and what it has from ours."""
    seen: set[str] = set()
    for owner in kind.__mro__:
        if not owner.__module__.startswith(PACKAGE):
            continue
        for name, raw in vars(owner).items():
            if name[0] == "_" or name.startswith("test_") or name in seen:
                continue
            seen.add(name)
            thing = getattr(kind, name)
            if isinstance(raw, property):
                yield name, raw
            elif inspect.isroutine(thing) and callable(thing) and inspect.getdoc(thing):
                yield name, thing


def _function(heading: str, name: str, thing: Callable[..., Any]) -> str:
    return "\n".join([heading, "", _signature(name, thing), "", prose(inspect.getdoc(thing) or "")])


def _signature(name: str, thing: Callable[..., Any]) -> str:
    """How it is called, without what a reader does not pass."""
    if inspect.isclass(thing) and issubclass(thing, Struct):
        given, gives = list(_fields(thing)), ""
    else:
        try:
            found = inspect.signature(thing)
        except ValueError:
            return ""  # an enumeration, say
        given = [one for one in found.parameters.values() if one.name not in NOT_PASSED]
        gives = _plain(found.return_annotation)
    shown = ",\n    ".join(_parameter(one) for one in _starred(given))
    inside = f"\n    {shown},\n" if len(shown) > 60 else shown.replace("\n    ", " ")
    end = f" -> {gives}" if gives and not inspect.isclass(thing) else ""
    return f"```py\n{name}({inside}){end}\n```"


def _fields(kind: type[Struct]) -> Iterator[Parameter]:
    """The fields of a struct; their types stay text, as not every name in them is loaded."""
    kinds: dict[str, Any] = {}
    for one in reversed(kind.__mro__):
        kinds |= inspect.get_annotations(one)
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    least = len(names) - len(defaults)
    for at, name in enumerate(names):
        default = defaults[at - least] if at >= least else Parameter.empty
        if isinstance(default, Factory):
            default = default.factory()
        elif default is NODEFAULT:
            default = Parameter.empty
        yield Parameter(
            name,
            Parameter.KEYWORD_ONLY if at >= least else Parameter.POSITIONAL_OR_KEYWORD,
            default=default,
            annotation=kinds.get(name, Parameter.empty),
        )


def _starred(given: list[Parameter]) -> Iterator[Parameter | str]:
    """The parameters, with the star before the first that is passed by keyword only."""
    starred = False
    for one in given:
        starred = starred or one.kind is one.VAR_POSITIONAL
        if one.kind is one.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield one


def _parameter(one: Parameter | str) -> str:
    if isinstance(one, str):
        return one
    star = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
    kind = _plain(one.annotation)
    text = f"{star}{one.name}{f': {kind}' if kind else ''}"
    return text if one.default is one.empty else f"{text} = {_default(one.default)}"


def _default(value: Any) -> str:
    text = repr(value)
    return "..." if " at 0x" in text or len(text) > 40 or text.startswith("<") else text


def _plain(annotation: Any) -> str:
    """A type as a reader knows it: a flow is what it comes to."""
    if annotation is inspect.Signature.empty:
        return ""
    if hasattr(annotation, "__metadata__"):  # what else is said of a type is for machines
        annotation = annotation.__origin__
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = _DOTTED.sub(lambda found: found[1] or found[0], text)
    flow = re.fullmatch(r"(?:Flow|Operation)\[(.*)\]", text)
    return flow[1] if flow else text


def prose(docstring: str) -> str:
    """A docstring in Google's form as Markdown."""
    text = _EXAMPLE.sub(r"```pycon\n\1```\n", f"{docstring}\n")
    lines, section, result, fenced = text.splitlines(), "", [], False
    for line in lines:
        fenced ^= line.startswith("```")
        found = None if fenced else _SECTION.match(line)
        if found:
            section = found[1]
            result += ["", f"**{section}:**{_escaped(found[2])}", ""]
        elif section and section not in ("Source", "Sources", "Note") and not fenced:
            result.append(_entry(line, section))
        else:
            result.append(line if fenced or line.startswith("```") else _escaped(line))
    return _trees("\n".join(result)).strip() + "\n"


def _entry(line: str, section: str) -> str:
    """A line of a section: an item, or more of the one before."""
    if found := _ENTRY.match(line):
        if section in ("Returns", "Yields"):
            return _escaped(dedent(line).strip())
        return f"- `{found[1].strip('`')}`: {_escaped(found[2])}"
    if line and not line.startswith(" "):
        return f"\n{_escaped(line)}"
    return f"  {_escaped(line.strip())}" if line.strip() else ""


def _escaped(line: str) -> str:
    """A line in which nothing but code spans and links has a meaning."""
    parts = re.split(r"(`[^`]*`)", line)
    return "".join(
        part if part.startswith("`") else re.sub(r"([<*\[\]])", r"\\\1", part) for part in parts
    )


def _trees(text: str) -> str:
    """Trees that are drawn with lines, as they are written."""
    return re.sub(r"((?:^\S*\n)(?:^[├│└].*\n?)+)", r"```text\n\1```\n", text, flags=re.MULTILINE)


def write() -> None:
    """Write the pages where they differ from what is there."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
