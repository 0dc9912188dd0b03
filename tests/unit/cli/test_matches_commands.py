"""The commands about the same question at two venues."""

import pytest

from bot.cli.output import Exit
from chalicelib.aws.match_rows import match_item, match_key
from chalicelib.matching.pair import MatchedPair
from chalicelib.operations.matching import read_match
from chalicelib.web.dispatch import complete
from tests.unit.cli.conftest import Bot, Stage, document
from tests.unit.matching.samples import noon_pair


@pytest.fixture
def pair(stage: Stage) -> MatchedPair:
    kept = noon_pair()
    stage.rows._store(match_key(kept.pair_id), match_item(kept))
    return kept


def test_matches_list_shows_both_questions_and_the_verdict(bot: Bot, pair: MatchedPair) -> None:
    result = bot("matches", "list", "--json")
    assert result.exit_code == Exit.OK
    assert pair.pair_id in bot("matches", "list").stdout
    assert "relative_value" in result.stdout
    assert bot("matches", "list", "--status", "confirmed", "--json").stdout.strip() == "[]"


def test_matches_show_explains_both_legs_and_what_is_not_stated(
    bot: Bot, pair: MatchedPair
) -> None:
    shown = bot("matches", "show", pair.pair_id).stdout
    assert "source: Binance, 1-minute candle close" in shown
    assert "source: CF Benchmarks, 60-second average" in shown
    assert "void rule: not stated" in shown
    assert "arbitrage" not in shown


def test_matches_confirm_keeps_the_decision_and_what_the_operator_knows(
    bot: Bot, stage: Stage, pair: MatchedPair
) -> None:
    known = ("--known", "1.void_rule=pays a fair price", "-k", "2.void_rule=pays half each")
    result = bot("matches", "confirm", pair.pair_id, "--reason", "read both", *known, "--json")
    assert result.exit_code == Exit.OK, result.stderr
    assert document(result)["status"] == "confirmed"
    kept = complete(read_match(stage.rows, pair.pair_id))
    assert [leg.record.void_rule for leg in kept.legs] == ["pays a fair price", "pays half each"]
    assert "an operator's word" in bot("matches", "show", pair.pair_id).stdout


def test_matches_reject_keeps_the_decision(bot: Bot, stage: Stage, pair: MatchedPair) -> None:
    result = bot("matches", "reject", pair.pair_id, "--reason", "two sources")
    assert "rejected as relative value" in result.stdout
    assert complete(read_match(stage.rows, pair.pair_id)).version == 1


@pytest.mark.parametrize("known", [
    "void_rule=x", "3.void_rule=x", "1.colour=x", "1.void_rule=", "1.source=Binance",
    "1.polarity=maybe", "1.cutoff=noon", "1.cutoff=2026-09-30T12:00:00", "",
])  # fmt: skip
def test_matches_confirm_refuses_what_cannot_be_filled_in(
    bot: Bot, stage: Stage, pair: MatchedPair, known: str
) -> None:
    result = bot("matches", "confirm", pair.pair_id, "--reason", "a test", "--known", known)
    assert result.exit_code == Exit.USAGE
    assert complete(read_match(stage.rows, pair.pair_id)) == pair


def test_matches_of_an_unknown_id_are_not_found(bot: Bot, stage: Stage) -> None:
    assert bot("matches", "show", "nothing").exit_code == Exit.USAGE
