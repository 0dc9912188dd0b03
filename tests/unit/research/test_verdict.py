"""Verdicts: no skill is seen in noise, overfitting is called by its name, an edge is found."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.research.bootstrap import interval_of, mean_of
from chalicelib.research.figures import Figure, known
from chalicelib.research.intervals import Interval
from chalicelib.research.overfitting import Overfitting, overfitting
from chalicelib.research.sharpe import sharpe
from chalicelib.research.sharpe_tests import deflated_sharpe
from chalicelib.research.verdict import Conclusion, Evidence, judge

CLEAR = Evidence(Interval(0.05, 0.03, 0.07), days=200, events=300)
PROVEN = replace(CLEAR, timing=known(0.001), unseen=Interval(0.04, 0.01, 0.07))


def swept(probability: float, loss: float) -> Overfitting:
    return Overfitting(known(probability), known(0.1), known(loss), 12_870, 50, 0)


def best_of_sweep(edge: float, seed: int, width: int = 50, days: int = 365) -> Evidence:
    """The evidence for the best of so many configurations, of which the first has an edge."""
    returns = np.random.default_rng(seed).normal(0, 0.01, (days, width))
    returns[:, 0] += edge
    ratios = returns.mean(axis=0) / returns.std(axis=0, ddof=1)
    best = returns[:, ratios.argmax()]
    deflated = deflated_sharpe(sharpe(best).value or 0.0, days, float(ratios.var(ddof=1)), width)
    made = interval_of(best, mean_of, seed, paths=1000)
    return Evidence(made, days, days, width, "a day", deflated, overfitting(returns, 12))


@pytest.mark.parametrize(
    ("days", "events", "words"),
    [
        (29.9, 300, "not enough data: 29.9 days, 30 are needed; made +5.0 %"),
        (200, 29, "not enough data: 29 independent events, 30 are needed; made +5.0 %"),
        (1, 2, "not enough data: 1.0 days, 30 are needed; 2 independent events, 30 are needed"),
    ],
)
def test_little_data_is_said_first_however_good_it_looks(
    days: float, events: int, words: str
) -> None:
    found = judge(replace(PROVEN, days=days, events=events))
    assert found.text.startswith(words)
    assert found.conclusion is Conclusion.NO_EVIDENCE


@pytest.mark.parametrize(
    ("evidence", "conclusion"),
    [
        (replace(CLEAR, made=Interval(0.05, -0.01, 0.11)), Conclusion.NO_EVIDENCE),
        (replace(CLEAR, made=Interval(-0.05, -0.07, -0.03)), Conclusion.NO_EVIDENCE),
        (replace(CLEAR, made=Interval(0.05, None, None, "4 events")), Conclusion.NO_EVIDENCE),
        (replace(CLEAR, deflated=known(0.8)), Conclusion.WEAK),
        (replace(CLEAR, timing=known(0.2)), Conclusion.WEAK),
        (replace(CLEAR, trials=9, sweep=swept(0.1, 0.4)), Conclusion.WEAK),
        (replace(CLEAR, trials=9, deflated=known(0.97), sweep=swept(0.4, 0.4)), Conclusion.WEAK),
        (
            replace(CLEAR, made=Interval(0.05, -0.01, 0.11), trials=9, sweep=swept(0.4, 0.4)),
            Conclusion.NO_EVIDENCE,
        ),
        (
            replace(CLEAR, made=Interval(0.05, -0.01, 0.11), trials=9, sweep=swept(0.6, 0.4)),
            Conclusion.OVERFITTED,
        ),
        (CLEAR, Conclusion.PROMISING),
        (replace(PROVEN, timing=Figure(None, "no signal")), Conclusion.PROMISING),
        (replace(PROVEN, unseen=None), Conclusion.PROMISING),
        (replace(PROVEN, unseen=Interval(0.04, -0.01, 0.09)), Conclusion.PROMISING),
        (replace(PROVEN, events=99), Conclusion.PROMISING),
        (replace(PROVEN, days=89), Conclusion.PROMISING),
        (PROVEN, Conclusion.STRONG),
        (replace(PROVEN, trials=50, sweep=swept(0.02, 0.01)), Conclusion.STRONG),
        (replace(PROVEN, trials=50, sweep=swept(0.02, 0.1)), Conclusion.PROMISING),
        (replace(PROVEN, trials=50, deflated=known(0.4)), Conclusion.OVERFITTED),
        (replace(PROVEN, trials=9, unseen=Interval(-0.01, -0.1, 0.1)), Conclusion.OVERFITTED),
        (
            replace(CLEAR, trials=50, deflated=known(0.9), sweep=swept(0.4, 0.3)),
            Conclusion.OVERFITTED,
        ),
    ],
)
def test_each_conclusion_is_drawn_from_its_evidence(
    evidence: Evidence, conclusion: Conclusion
) -> None:
    found = judge(evidence)
    assert found.conclusion is conclusion
    assert found.text.startswith(f"{conclusion.value}: made ")


def test_baseline_that_enters_at_random_is_no_evidence() -> None:
    """One in 40 may look like something, and none like much."""
    found = []
    for seed in range(80):
        gains = np.random.default_rng(seed).normal(0, 0.1, 200)
        made = interval_of(gains, mean_of, seed, paths=500)
        found.append(judge(Evidence(made, 200, 200)).conclusion)
    assert found.count(Conclusion.NO_EVIDENCE) >= 74
    assert Conclusion.STRONG not in found


def test_best_of_a_sweep_over_noise_is_overfitted() -> None:
    found = [judge(best_of_sweep(0, seed, width=100)).conclusion for seed in range(20)]
    assert found.count(Conclusion.OVERFITTED) >= 19
    assert {Conclusion.PROMISING, Conclusion.STRONG}.isdisjoint(found)


def test_real_edge_in_a_sweep_is_not_called_overfitted() -> None:
    found = [judge(best_of_sweep(0.003, seed)).conclusion for seed in range(20)]
    assert found.count(Conclusion.PROMISING) >= 16
    assert found.count(Conclusion.OVERFITTED) <= 1


def test_words_say_what_was_made_of_what_how_many_were_tried_and_how_much_luck_it_took() -> None:
    text = judge(
        replace(CLEAR, made=Interval(0.05, 0.01, 0.09), trials=40, sweep=swept(0.4, 0.1))
    ).text
    assert text == (
        "weak: made +5.0 % (+1.0 % to +9.0 %) of stake. The best of 50 configurations in one half "
        "of the past falls into the lower half in the other in 40 of 100 splits, and loses in 10. "
        "To be luck, it must be the one in 140 tries without an edge that does so; 40 were tried, "
        "and the best of as many without an edge does as well in 24.9 of 100 cases"
    )


def test_words_without_a_gain_or_an_interval_ask_for_no_luck() -> None:
    lost = judge(replace(CLEAR, made=Interval(-0.05, -0.07, -0.03)))
    assert lost.text.endswith("It loses: the whole interval lies below zero")
    unclear = judge(replace(CLEAR, made=Interval(-0.05, -0.12, 0.02)))
    assert unclear.text.endswith("Nothing was gained that luck could explain")
    unknown = judge(replace(CLEAR, made=Interval(None, None, None, "nothing was staked")))
    assert "nothing that can be measured (nothing was staked)" in unknown.text
    assert unknown.text.endswith("How much luck it took cannot be told")


@given(st.floats(-1, 1), st.floats(0.001, 1), st.integers(1, 10_000))
def test_more_tries_never_make_a_result_better(middle: float, reach: float, trials: int) -> None:
    order = [
        Conclusion.OVERFITTED,
        Conclusion.NO_EVIDENCE,
        Conclusion.WEAK,
        Conclusion.PROMISING,
        Conclusion.STRONG,
    ]
    once = replace(PROVEN, made=Interval(middle, middle - reach, middle + reach))
    one, many = judge(once), judge(replace(once, trials=trials))
    assert order.index(many.conclusion) <= order.index(one.conclusion)
