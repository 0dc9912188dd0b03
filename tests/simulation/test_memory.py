"""The simulator's table judges writes as DynamoDB does."""

import pytest

from bot.simulator.memory import MemoryArchive, MemoryTable
from bot.simulator.steps import finish
from chalicelib.aws.table import Absent, Delete, Key, Put, Update


def test_token_used_for_other_writes_is_refused() -> None:
    table = MemoryTable()
    first, other = (Put("row", {"pk": "p", "sk": name}) for name in "ab")
    finish(table.transact([first], "token"))
    finish(table.transact([first], "token"))
    with pytest.raises(ValueError, match="one token"):
        finish(table.transact([other], "token"))


def test_table_tells_each_change_once_and_only_when_it_was_made() -> None:
    told: list[object] = []
    table = MemoryTable(told.extend)
    put = Put("row", {"pk": "p", "sk": "s", "n": 1}, Absent("pk"))
    finish(table.transact([put], "token"))
    finish(table.transact([put], "token"))
    finish(table.write(Update("row", Key("p", "s"), {}, {"n": 2})))
    finish(table.write(Delete("row", Key("p", "s"))))
    seen = [(change.before, change.after) for change in told]
    row, grown = {"pk": "p", "sk": "s", "n": 1}, {"pk": "p", "sk": "s", "n": 3}
    assert seen == [(None, row), (row, grown), (grown, None)]


def test_archive_keeps_the_first_object_and_tells_of_no_other() -> None:
    told: list[str] = []
    archive = MemoryArchive(told.append)
    finish(archive.put_once("key", b"first"))
    finish(archive.put_once("key", b"second"))
    assert (finish(archive.get("key")), told) == (b"first", ["key"])
