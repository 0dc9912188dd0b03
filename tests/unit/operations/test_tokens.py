"""Tokens: only their hash is kept, they end, and they can be taken back."""

import json
from datetime import timedelta

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.operations.tokens import (
    create_token,
    find_token,
    list_tokens,
    revoke_token,
)
from tests.builders import NOW
from tests.cloud_fixtures import run


@pytest.fixture
def table(memory_table: MemoryTable) -> MemoryTable:
    return memory_table


def create(table: MemoryTable, role: str = "viewer", days: int = 7) -> tuple[str, str]:
    secret, token = run(create_token(table, role, "a screen", days, "cli", NOW))
    return secret, token.token_id


def test_a_secret_is_long_random_and_never_stored(table: MemoryTable) -> None:
    secrets = {create(table)[0] for _ in range(5)}
    assert len(secrets) == 5
    assert all(secret.startswith("mst_") and len(secret) >= 47 for secret in secrets)
    stored = json.dumps(table.rows)
    assert not any(secret in stored or secret[4:] in stored for secret in secrets)


def test_a_token_is_found_by_its_secret_alone(table: MemoryTable) -> None:
    secret, token_id = create(table)
    found = run(find_token(table, secret))
    assert found is not None
    assert (found.token_id, found.role, found.label) == (token_id, "viewer", "a screen")
    for other in (secret + "x", secret[:-1], token_id, found.digest, ""):
        assert run(find_token(table, other)) is None


@pytest.mark.parametrize(("after", "usable"), [(-1, True), (0, False), (1, False)])
def test_a_token_ends_to_the_second(table: MemoryTable, after: int, usable: bool) -> None:
    found = run(find_token(table, create(table, days=7)[0]))
    assert found is not None
    assert found.usable(NOW + timedelta(days=7, seconds=after)) is usable


@pytest.mark.parametrize("role", ["", "root", "Admin", "public"])
def test_an_unknown_role_is_refused(table: MemoryTable, role: str) -> None:
    with pytest.raises(InputError, match="no role is called") as raised:
        create(table, role)
    assert "viewer, operator, admin" in raised.value.hint
    assert table.rows == {}


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_for_no_time_or_for_too_long_is_refused(table: MemoryTable, days: int) -> None:
    with pytest.raises(InputError, match=f"{days} days"):
        create(table, days=days)


def test_tokens_are_listed_newest_first(table: MemoryTable) -> None:
    for number in range(3):
        run(create_token(table, "viewer", f"{number}", 1, "cli", NOW + timedelta(seconds=number)))
    assert [token.label for token in run(list_tokens(table))] == ["2", "1", "0"]


def test_a_revoked_token_opens_nothing_and_revoking_again_is_no_error(table: MemoryTable) -> None:
    secret, token_id = create(table)
    for after in range(2):
        run(revoke_token(table, token_id, "cli", NOW + timedelta(seconds=after)))
        found = run(find_token(table, secret))
        assert found is not None
        assert not found.usable(NOW)
        assert found.revoked_at == NOW


@pytest.mark.parametrize("beginning", ["", "zzzz"])
def test_an_id_that_names_no_token_or_several_revokes_none(
    table: MemoryTable, beginning: str
) -> None:
    create(table)
    create(table)
    with pytest.raises(NotFoundError, match="tokens have an id") as raised:
        run(revoke_token(table, beginning, "cli", NOW))
    assert "bot token list" in raised.value.hint
    assert all(token.usable(NOW) for token in run(list_tokens(table)))


def test_making_and_revoking_a_token_are_audited(table: MemoryTable) -> None:
    _, token_id = create(table, "operator")
    run(revoke_token(table, token_id, "ann", NOW + timedelta(seconds=1)))
    changes = [(row["actor"], row["change"]) for row in run(table.query("AUDIT#202609")).items]
    assert changes == [
        ("cli", f"token {token_id} (a screen) created with role operator for 7 days"),
        ("ann", f"token {token_id} (a screen) revoked"),
    ]
