"""What a bundle says of the pictures that it was made from: what their catalogue says, no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from unmask.dataset.catalogue import Facts
from unmask.dataset.manifest import facts_of

NOT_STATED: Final = "not stated"
LEARNED: Final = ("train", "validation")
MEASURED: Final = ("test", "unseen")


def terms_of(description: Mapping[str, Any]) -> str:
    """Under which licences and terms the training pictures came, for `terms` of model.json.

    Args:
        description: content of dataset.json.
    """
    learned = facts_in(description, LEARNED).values()
    stated = [facts for facts in learned if facts.licence or facts.terms]
    told = dict.fromkeys(f"{facts.title} ({_licence_and_terms(facts)})" for facts in stated)
    silent = titles(facts for facts in learned if facts not in stated)
    sentences = []
    if told:
        sentences.append(f"Terms of the training pictures: {', '.join(told)}.")
    if silent:
        sentences.append(f"No terms are stated for {', '.join(silent)}.")
    if not learned:
        sentences.append("No terms of the training pictures are stated.")
    sentences.append("Whether such terms bind a model that was trained on them is not settled.")
    return " ".join(sentences)


def facts_in(description: Mapping[str, Any], splits: Iterable[str]) -> dict[str, Facts]:
    """Facts of the collections, by name, that have crops in some of the splits."""
    counts: Mapping[str, Mapping[str, int]] = description["counts"]
    return {
        name: facts
        for name, facts in facts_of(description).items()
        if any(counts.get(name, {}).get(split) for split in splits)
    }


def titles(facts: Iterable[Facts]) -> list[str]:
    """Titles of collections, each once."""
    return list(dict.fromkeys(one.title for one in facts))


def facts_table(description: Mapping[str, Any]) -> str:
    """A table in Markdown of what is known of each collection."""
    rows = [
        f"| {name} | {facts.title} | {facts.kind} | {_licence_and_terms(facts) or NOT_STATED} "
        f"| {facts.people or NOT_STATED} | {facts.origin or NOT_STATED} |"
        for name, facts in facts_of(description).items()
    ]
    if not rows:
        return "Nothing is stated of the collections."
    head = "| collection | title | kind | licence and terms | people | origin |"
    return "\n".join([head, "|---|---|---|---|---|---|", *rows])


def _licence_and_terms(facts: Facts) -> str:
    return "; ".join(filter(None, (facts.licence, facts.terms)))
