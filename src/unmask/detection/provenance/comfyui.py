"""Graphs of ComfyUI: whether what was saved came out of a node that generates.

`prompt` is what was run, `workflow` the board that it was drawn on, where a node may lie bypassed
or muted. A picture counts as generated where an output is fed, over any number of nodes, by one
that samples a picture from noise or asks a service for one.
Source: ComfyUI, execution.py (what is run) and comfy_api/latest/_ui.py (what is saved).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_NODES: Final = 20_000

_GENERATES: Final = re.compile(
    r"sampler(?!.{0,12}(select|scheduler))|ultimatesdupscale|detailer|hiresfix"
    r"|gptimage|dall-?e|gemini.{0,8}image|nanobanana|imagen\d|grok.{0,8}image|ideogram"
    r"|flux.{0,6}(pro|kontext|ultra|max|image|expand|fill).{0,12}node|stableimage|seedream|seededit"
    r"|(text|image|reference|character|style|video).{0,3}to.{0,3}(image|video)"
    r"|image.{0,3}generat|generat.{0,6}(image|picture)|(?<![a-z])(luma|runway|kling|krea|reve(?!r)"
    r"|bytedance|wan|qwen|hunyuan|minimax|pika|vidu|moonvalley|bria).{0,16}(image|video)",
    re.IGNORECASE,
)
"""What the classes of nodes that generate are called, by their authors' habit."""
_PASSES_ON: Final = re.compile(
    r"upscale(model|image)?node|removebackground|replacebackground|vectorize|crispupscale"
    r"|colou?r.?sampler|pixel.?sampler",
    re.IGNORECASE,
)
"""Classes that are called so and do not: they work on a picture that is there."""
_SAVES: Final = re.compile(r"save|preview|output|export|upload|send|videocombine", re.IGNORECASE)
_LIVES: Final = (0, 1, 3)
"""Modes of a node in `workflow` in which it runs; 2 is muted, 4 bypassed."""
_MUTED: Final = 2


@dataclass(frozen=True)
class _Node:
    """A node: what class it is of, whether it ran, and the nodes that feed it."""

    kind: str
    ran: bool
    muted: bool
    fed_by: tuple[str, ...]

    @property
    def generates(self) -> bool:
        return (
            self.ran
            and _GENERATES.search(self.kind) is not None
            and _PASSES_ON.search(self.kind) is None
        )


def generates(graph: object) -> bool | None:
    """Whether a graph made a picture; None of what is no graph of ComfyUI's.

    Args:
        graph: a text of `prompt` or `workflow`, read as JSON.
    """
    if not isinstance(graph, dict):
        return None
    listed = graph.get("nodes")
    nodes = _of_workflow(graph, listed) if isinstance(listed, list) else _of_prompt(graph)
    if not nodes:
        return None
    making = {name for name, node in nodes.items() if node.generates}
    if not making:
        return False
    fed = {origin for node in nodes.values() for origin in node.fed_by}
    saving = [
        name for name, node in nodes.items()
        if node.ran and _SAVES.search(node.kind) and name not in making
    ]  # fmt: skip
    ends = saving or [name for name, node in nodes.items() if node.ran and name not in fed]
    reached, whole = _reached(nodes, ends)
    # Where a graph is not told whole, what ran is all that can be known.
    return not making.isdisjoint(reached) or not whole


def _reached(nodes: Mapping[str, _Node], ends: Iterable[str]) -> tuple[set[str], bool]:
    """The nodes that feed the outputs, and whether every line could be followed to its source."""
    waiting, reached, whole = list(ends), set[str](), True
    for end in waiting:
        whole = whole and bool(nodes[end].fed_by or nodes[end].generates)
    while waiting:
        name = waiting.pop()
        node = nodes.get(name)
        if node is None:
            whole = False
        elif name not in reached and not node.muted:
            reached.add(name)
            waiting += node.fed_by
    return reached, whole


def _of_prompt(graph: Mapping[str, Any]) -> dict[str, _Node]:
    """Nodes by number, each with its class and inputs; an input [number, slot] is a line."""
    nodes = {}
    for name, node in list(graph.items())[:MAX_NODES]:
        if not isinstance(node, dict) or not isinstance(node.get("class_type"), str):
            continue
        inputs = node.get("inputs")
        lines = inputs.values() if isinstance(inputs, dict) else ()
        origins = tuple(
            str(line[0])
            for line in lines
            if isinstance(line, list) and len(line) == 2 and isinstance(line[1], int)
        )
        nodes[str(name)] = _Node(node["class_type"], True, False, origins)
    return nodes


def _of_workflow(graph: Mapping[str, Any], listed: list[Any]) -> dict[str, _Node]:
    """Nodes of the board; lines are [number, from, slot, to, slot, type]."""
    lines: dict[str, list[str]] = {}
    for link in _listed(graph.get("links")):
        if isinstance(link, list) and len(link) >= 4:
            lines.setdefault(str(link[3]), []).append(str(link[1]))
        elif isinstance(link, dict):
            lines.setdefault(str(link.get("target_id")), []).append(str(link.get("origin_id")))
    inner = _subgraphs(graph)
    nodes = {}
    for node in listed[:MAX_NODES]:
        if isinstance(node, dict) and isinstance(node.get("type"), str):
            mode, name = node.get("mode", 0), str(node.get("id"))
            nodes[name] = _Node(
                inner(node["type"]), mode in _LIVES, mode == _MUTED, tuple(lines.get(name, ()))
            )
    return nodes


def _subgraphs(graph: Mapping[str, Any]) -> Callable[[str], str]:
    """What a node is called for us: one that stands for a graph of its own by what that holds."""
    definitions = graph.get("definitions")
    held = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    kinds = {}
    for one in _listed(held):
        if isinstance(one, dict):
            live = [
                str(node.get("type"))
                for node in _listed(one.get("nodes"))
                if isinstance(node, dict) and node.get("mode", 0) in _LIVES
            ]
            making = [kind for kind in live if _Node(kind, True, False, ()).generates]
            kinds[str(one.get("id"))] = making[0] if making else "subgraph"
    return lambda kind: kinds.get(kind, kind)


def _listed(value: object) -> list[Any]:
    return value[:MAX_NODES] if isinstance(value, list) else []
