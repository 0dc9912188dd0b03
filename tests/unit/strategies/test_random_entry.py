"""The baseline throws dice that can be thrown again: same seed, name and time, same luck."""

from typing import Any
from zlib import crc32

import numpy as np
import pytest

from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies.random_entry import RandomEntry
from tests.builders import random_walk, spot_tape, tape

SIXTY_FOUR = 2**64 - 1
WIDE = spot_tape(np.full((200, 300), 5.0))


def dice(**params: Any) -> Strategy:
    return build_strategy(RandomEntry.name, params)


def thrown_by_hand(name: str, time: int, seed: int) -> float:
    mixed = crc32(name.encode(), seed) ^ ((time << 32) & SIXTY_FOUR)
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & SIXTY_FOUR
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & SIXTY_FOUR
    return (mixed >> 11) / 2**53


def test_random_entry_enters_on_low_throws_and_leaves_on_high_ones() -> None:
    seen = tape(np.full((40, 4), 0.5))
    signals = dice(enter=0.3, leave=0.2, seed=7).signals(seen)
    for row, time in enumerate(seen.times.tolist()):
        for column, name in enumerate(seen.instruments):
            number = thrown_by_hand(name, time, 7)
            assert signals.facts["thrown"][row, column] == number
            assert signals.entry[row, column] == (number < 0.3)
            assert signals.exit[row, column] == (number >= 0.8)
    basket = signals.entries(seen, int(np.flatnonzero(signals.entry[:, 0])[0]))[0]
    assert basket.legs[0].reason.startswith("the dice show 0.")
    assert basket.edge == pytest.approx(0.01)


def test_random_entry_throws_fair_dice() -> None:
    thrown = dice().signals(WIDE).facts["thrown"]
    counts, _ = np.histogram(thrown, bins=20, range=(0, 1))
    assert counts == pytest.approx(np.full(20, 3000), abs=5 * np.sqrt(3000))
    assert abs(np.corrcoef(thrown[:-1].ravel(), thrown[1:].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(thrown[:, :-1].ravel(), thrown[:, 1:].ravel())[0, 1]) < 0.02


def test_random_entry_with_another_seed_has_other_luck() -> None:
    one, other = (dice(seed=seed).signals(WIDE).facts["thrown"] for seed in (1, 2))
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02


def test_random_entry_enters_nothing_that_is_over_or_not_offered() -> None:
    assert not dice(enter=0.99).signals(tape([[0.4, 0.6]] * 9, minutes_left=-9)).entry.any()
    walk = random_walk(1, 30, 4, 0.5)
    signals = dice(enter=0.5, leave=0.4).signals(walk)
    assert not (signals.entry | signals.exit)[np.isnan(walk.mid)].any()


def test_random_entry_is_a_baseline_that_is_left_after_an_hour() -> None:
    about = dice().about
    assert about.baseline
    assert about.exits.max_minutes == 60
