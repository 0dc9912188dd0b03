"""Keys of every row, and rows to domain values and back. Pure.

SHARD#0        CONTROL | LEASE | CONFIG | HOUSE | TWINS | ACCOUNT#<strategy> |
               OUTBOX#<cycle>#<name>
TRADE#<strategy>   <cycle>#<id>          fills, settlements, resets and fundings
CYCLE#<day>        <cycle>               one summary a cycle
ACTIVITY#<day>     <time>#<id>           what happened, in words
AUDIT#<month>      <time>#<id>           what operators changed; never expires
TOKEN              <sha256>              who may call the API
IDEMPOTENCY        <principal>#<key>     answers to repeated writes
MATCH              <pair id>             pairs of markets; see match_rows.py
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.table import Item, Key
from chalicelib.codec import Codec
from chalicelib.domain.control import CONTROL_SCHEMA, Control, ControlState, killed_because
from chalicelib.domain.cycle import Config, CycleReport
from chalicelib.domain.errors import StoreError
from chalicelib.domain.house import House
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import AccountEvent, Funding, Reset
from chalicelib.domain.risk import RiskLimits
from chalicelib.ports import OutboxEntry

SCHEMA = 1
ACCOUNT_SCHEMA = 2
"""Since 2 an account keeps its closed trades and entries as text; one of schema 1 is still read."""
SHARD = "SHARD#0"
CONTROL_KEY = Key(SHARD, "CONTROL")
LEASE_KEY = Key(SHARD, "LEASE")
CONFIG_KEY = Key(SHARD, "CONFIG")
HOUSE_KEY = Key(SHARD, "HOUSE")
CYCLES_PER_DAY = 1440
CYCLE_TTL_DAYS = 90
ACTIVITY_TTL_DAYS = 30

ACCOUNT = Codec[Account](Account, "account")
CONFIG = Codec[Config](Config, "configuration")
FILL = Codec[Fill](Fill, "fill")
SETTLEMENT = Codec[Settlement](Settlement, "settlement")
HOUSE = Codec[House](House, "house")
RESET = Codec[Reset](Reset, "account reset")
FUNDING = Codec[Funding](Funding, "account funding")
OUTBOX = Codec[OutboxEntry](OutboxEntry, "outbox entry")
REPORT = Codec[CycleReport](CycleReport, "cycle summary")


def epoch(moment: datetime) -> int:
    """Whole unix seconds, for attributes that are compared or expire."""
    return int(moment.timestamp())


def day_of(moment: datetime) -> int:
    """Days since 1970: the bucket that activity of this moment lies in."""
    return epoch(moment) // 86_400


def _check_schema(item: Item, what: str, known: Sequence[int] = (SCHEMA,)) -> None:
    if item.get("schema") not in known:
        raise StoreError(
            f"{what} is stored in schema {item.get('schema')!r}, "
            f"this version reads {' and '.join(map(str, known))}",
            "Deploy the version that wrote it, or run `bot doctor` for the way to migrate.",
        )


def control_from(item: Item | None) -> Control:
    """Read the switch; anything that is not exactly a valid row is KILLED."""
    if item is None:
        return killed_because("there is no control row; start with `bot resume`")
    try:
        return _strict_control(item)
    except (KeyError, TypeError, ValueError) as exc:
        return killed_because(f"the control row cannot be read ({exc}); set it with `bot resume`")


def _strict_control(item: Item) -> Control:
    version, schema = item["version"], item["schema"]
    if type(version) is not int or version < 1:
        raise ValueError(f"version is {version!r}")
    if type(schema) is not int or schema != CONTROL_SCHEMA:
        raise ValueError(f"schema is {schema!r}")
    if not isinstance(item["reason"], str) or not isinstance(item["actor"], str):
        raise TypeError("reason and actor must be text")
    changed_at = datetime.fromisoformat(item["changed_at"])
    if changed_at.tzinfo is None:
        raise ValueError("changed_at has no time zone")
    return Control(
        ControlState(item["state"]), version, item["reason"], item["actor"], changed_at, schema
    )


def control_item(control: Control) -> Item:
    """The switch as a row."""
    if control.changed_at is None:
        raise ValueError("a control row needs the time of its change")
    return {
        "pk": SHARD,
        "sk": "CONTROL",
        "schema": control.schema,
        "state": control.state.value,
        "version": control.version,
        "reason": control.reason,
        "actor": control.actor,
        "changed_at": control.changed_at.isoformat(),
    }


def config_from(item: Item | None) -> Config:
    """The operator's settings; the defaults where none were stored."""
    if item is None:
        return Config({}, RiskLimits(), 0)
    _check_schema(item, "the configuration")
    return CONFIG.decode(item["body"])


def config_item(config: Config) -> Item:
    """The operator's settings as a row."""
    return {
        "pk": SHARD,
        "sk": "CONFIG",
        "schema": SCHEMA,
        "version": config.version,
        "body": CONFIG.text(config),
    }


def house_from(item: Item | None) -> House:
    """What the house remembers; nothing yet where no row was stored."""
    if item is None:
        return House()
    _check_schema(item, "the house")
    return HOUSE.decode(item["body"])


def house_item(house: House) -> Item:
    """What the house remembers as a row; its version stands apart for conditions."""
    return {
        "pk": SHARD,
        "sk": "HOUSE",
        "schema": SCHEMA,
        "version": house.version,
        "body": HOUSE.text(house),
    }


def account_key(strategy: str) -> Key:
    """Where a strategy's account is stored."""
    return Key(SHARD, f"ACCOUNT#{strategy}")


def account_item(account: Account) -> Item:
    """An account as a row; its version and last cycle stand apart for conditions."""
    return {
        "pk": SHARD,
        "sk": f"ACCOUNT#{account.strategy}",
        "schema": ACCOUNT_SCHEMA,
        "version": account.version,
        "last_cycle": account.last_cycle,
        "body": ACCOUNT.text(account),
    }


def account_from(item: Item) -> Account:
    """The account in a row."""
    _check_schema(item, f"account {item['sk']}", (1, ACCOUNT_SCHEMA))
    return ACCOUNT.decode(item["body"])


def outbox_key(entry: OutboxEntry) -> Key:
    """Where effects that are committed wait."""
    return Key(SHARD, f"OUTBOX#{entry.cycle_id:010d}#{entry.name}")


def outbox_item(entry: OutboxEntry) -> Item:
    """Effects that still have to reach the archive, as a row."""
    key = outbox_key(entry)
    return {"pk": key.pk, "sk": key.sk, "schema": SCHEMA, "body": OUTBOX.text(entry)}


def outbox_from(item: Item) -> OutboxEntry:
    """The outbox entry in a row."""
    _check_schema(item, f"outbox entry {item['sk']}")
    return OUTBOX.decode(item["body"])


def trade_item(trade: Fill | Settlement, place: int | None = None) -> Item:
    """A fill or a settlement as a row of its strategy's trades.

    ``place`` counts the trades of one account in one cycle, in the order in which they happened.
    """
    if isinstance(trade, Fill):
        kind, identity, body = "fill", trade.fill_id, FILL.text(trade)
    else:
        kind, identity, body = "settlement", trade.settlement_id, SETTLEMENT.text(trade)
    return {
        "pk": trades_partition(trade.strategy),
        "sk": f"{trade.cycle_id:010d}#{identity}",
        "schema": SCHEMA,
        "kind": kind,
        "body": body,
        **({} if place is None else {"place": place}),
    }


def event_item(event: AccountEvent) -> Item:
    """A reset or funding as a row among its strategy's trades: it follows those of its cycle."""
    if isinstance(event, Reset):
        kind, body = "reset", RESET.text(event)
    else:
        kind, body = "funding", FUNDING.text(event)
    return {
        "pk": trades_partition(event.strategy),
        "sk": f"{event.cycle_id:010d}#~{event.version:010d}",
        "schema": SCHEMA,
        "kind": kind,
        "body": body,
    }


def trades_partition(strategy: str) -> str:
    """The partition of one strategy's trades."""
    return f"TRADE#{strategy}"


def trade_from(item: Item) -> Fill | Settlement:
    """The fill or settlement in a row."""
    _check_schema(item, f"trade {item['sk']}")
    return FILL.decode(item["body"]) if item["kind"] == "fill" else SETTLEMENT.decode(item["body"])


def event_from(item: Item) -> AccountEvent | None:
    """The reset or funding in a row of a strategy's trades; None when the row is a trade."""
    kind = item["kind"]
    if kind not in ("reset", "funding"):
        return None
    _check_schema(item, f"{kind} {item['sk']}")
    return RESET.decode(item["body"]) if kind == "reset" else FUNDING.decode(item["body"])


def cycle_key(cycle_id: int) -> Key:
    """Where a cycle's summary is stored."""
    return Key(f"CYCLE#{cycle_id // CYCLES_PER_DAY}", f"{cycle_id:010d}")


def cycle_item(report: CycleReport, committed_at: datetime) -> Item:
    """A cycle's summary as a row that expires after 90 days."""
    key = cycle_key(report.cycle_id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "schema": SCHEMA,
        "ttl": epoch(committed_at) + CYCLE_TTL_DAYS * 86_400,
        "body": REPORT.text(report),
    }


def report_from(item: Item) -> CycleReport:
    """The cycle summary in a row."""
    _check_schema(item, f"cycle {item['sk']}")
    return REPORT.decode(item["body"])


def activity_item(at: datetime, identity: str, entries: list[Mapping[str, Any]]) -> Item:
    """Things that happened at one moment, as a row that expires after 30 days."""
    return {
        "pk": f"ACTIVITY#{day_of(at)}",
        "sk": f"{int(at.timestamp() * 1000):014d}#{identity}",
        "schema": SCHEMA,
        "ttl": epoch(at) + ACTIVITY_TTL_DAYS * 86_400,
        "entries": [dict(entry) for entry in entries],
    }


def expired(item: Item, now: datetime) -> bool:
    """Whether a row is past its time to live; DynamoDB may keep it for days after that."""
    return "ttl" in item and int(item["ttl"]) <= epoch(now)


def utc(seconds: int) -> datetime:
    """Unix seconds as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)
