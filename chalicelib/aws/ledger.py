"""The committed state: lease, working set, commit and outbox over one table."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.commit import acquire_lease, commit_chunks
from chalicelib.aws.match_rows import TWINS_KEY, twins_from
from chalicelib.aws.row_cache import RowCache
from chalicelib.aws.table import Delete, Item, Put, Table
from chalicelib.domain.activity import activity_of
from chalicelib.domain.control import Control, killed_because
from chalicelib.domain.cycle import Config, CycleReport, Decision
from chalicelib.domain.errors import StoreError, TransactionCancelled
from chalicelib.domain.risk import RiskLimits
from chalicelib.matching.twin import ConfirmedTwin
from chalicelib.ports import Lease, OutboxEntry, WorkingSet


class TableLedger:
    """The Ledger port on a Table."""

    def __init__(self, table: Table, lease_seconds: int = 55) -> None:
        self._table = table
        self._lease_seconds = lease_seconds
        self._rows = RowCache()

    async def acquire(self, cycle_id: int, owner: str, now: datetime) -> Lease | str:
        """Take the lease for a cycle, or say why not: ``duplicate`` or ``busy``."""
        try:
            item = await self._table.write(acquire_lease(cycle_id, owner, now, self._lease_seconds))
        except TransactionCancelled as refused:
            done = (refused.current or {}).get("last_cycle", -1)
            return "duplicate" if done >= cycle_id else "busy"
        if item is None:
            raise StoreError("the lease was written but not answered", "Try the next cycle.")
        return Lease(cycle_id, owner, item["fence"], item.get("record_key") or None)

    async def load(self) -> WorkingSet:
        """Read the whole working set in one consistent query."""
        page = await self._table.query(rows.SHARD)
        by_key = {item["sk"]: item for item in page.items}
        control, config = self._settings(by_key)
        read = self._rows.read
        accounts = [read(item, rows.account_from) for item in _starting(by_key, "ACCOUNT#")]
        return WorkingSet(
            control,
            config,
            {account.strategy: account for account in accounts},
            tuple(rows.outbox_from(item) for item in _starting(by_key, "OUTBOX#")),
            rows.house_from(by_key.get("HOUSE")),
            self._twins(by_key.get(TWINS_KEY.sk)),
        )

    def _twins(self, stored: Item | None) -> tuple[ConfirmedTwin, ...]:
        return () if stored is None else self._rows.read(stored, twins_from)

    def _settings(self, by_key: Mapping[str, Item]) -> tuple[Control, Config]:
        """Control and configuration; without a readable configuration nothing may trade."""
        control, stored = rows.control_from(by_key.get("CONTROL")), by_key.get("CONFIG")
        try:
            if stored is None:
                return control, rows.config_from(None)
            return control, self._rows.read(stored, rows.config_from)
        except StoreError as exc:
            return killed_because(exc.message), Config({}, RiskLimits(), 0)

    async def commit(
        self, lease: Lease, working: WorkingSet, decision: Decision, report: CycleReport
    ) -> tuple[OutboxEntry, ...]:
        """Book everything or nothing, and answer what has to be published."""
        entries: list[OutboxEntry] = []
        activity = activity_of(decision, report)
        for chunk in commit_chunks(lease, working, decision, report, activity):
            await self._table.transact(chunk.writes, chunk.token)
            for write in chunk.writes:
                if isinstance(write, Put) and write.key.sk in chunk.accounts:
                    self._rows.wrote(write.item, chunk.accounts[write.key.sk])
            if chunk.outbox is not None:
                entries.append(chunk.outbox)
        return tuple(entries)

    async def acknowledge(self, entry: OutboxEntry) -> None:
        """Forget an outbox entry whose effects are done."""
        await self._table.write(Delete("outbox", rows.outbox_key(entry)))


def _starting(by_key: Mapping[str, Item], prefix: str) -> Sequence[Item]:
    return [item for key, item in by_key.items() if key.startswith(prefix)]
