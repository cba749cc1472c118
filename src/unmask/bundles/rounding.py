"""Probabilities as people read them: rounding never contradicts the verdict beside them.

A probability and a threshold that differ are never shown as the same, and what is not certain is
never shown as 0 or 100 %. `web/src/lib/format.ts` keeps the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

LEAST_DIGITS: Final = 1


def percent(probability: float, digits: int = LEAST_DIGITS) -> str:
    """A probability as a percentage with so many decimals, never rounded to certainty.

    >>> percent(0.97338), percent(0.97338, 2), percent(0.9996), percent(0.0)
    ('97.3 %', '97.34 %', 'over 99.9 %', 'under 0.1 %')
    """
    # Decimals hold a float as it is, so it is rounded once, and however many digits are asked for.
    unit = Decimal(1).scaleb(-digits)
    exact = Decimal(probability) * 100
    if exact < unit:
        return f"under {unit} %"
    if exact > 100 - unit:
        return f"over {100 - unit} %"
    return f"{exact.quantize(unit, ROUND_HALF_EVEN)} %"


def digits_beside(probabilities: Sequence[float], thresholds: Sequence[float | None]) -> int:
    """Decimals with which each probability is shown as another than each threshold it is not at.

    Both are to be shown with as many; rounding keeps their order, so each then stands on its side.

    >>> digits_beside([0.9732], [0.97338, 0.129]), digits_beside([0.5], [0.97338, None])
    (2, 1)
    """
    pairs = [
        (one, at) for one in probabilities for at in thresholds if at is not None and at != one
    ]
    digits = LEAST_DIGITS
    while any(percent(one, digits) == percent(at, digits) for one, at in pairs):
        digits += 1
    return digits
