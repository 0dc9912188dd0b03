"""Set aside the entries of a list that cannot be believed, and keep the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.quarantine import UNREADABLE, Quarantined
from chalicelib.venues.text import clean_text

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Sifted(Generic[Read]):
    """What could be read of a list, and what could not."""

    kept: tuple[Read, ...]
    quarantined: tuple[Quarantined, ...]


def sift(
    venue: str,
    path: str,
    entries: Sequence[object],
    read: Callable[[object, str], Read | None],
    name_field: str,
) -> Sifted[Read]:
    """Read every entry; None means that it does not concern us and is neither kept nor rejected.

    ``name_field`` is the field in which an entry says what it is.

    Raise the first VenuePayloadError when no entry at all could be read: then it is the venue's
    format that is wrong, and an empty list would look like a quiet market.
    """
    kept: list[Read] = []
    faults: list[tuple[object, VenuePayloadError]] = []
    for position, entry in enumerate(entries):
        where = f"{path}[{position}]"
        try:
            result = read(entry, where)
        except VenuePayloadError as exc:
            faults.append((entry, exc))
            continue
        if result is not None:
            kept.append(result)
    if faults and len(faults) == len(entries):
        raise faults[0][1]
    refused = (
        Quarantined(venue, _named(entry, name_field), UNREADABLE, str(exc)) for entry, exc in faults
    )
    return Sifted(tuple(kept), tuple(refused))


def _named(entry: object, name_field: str) -> str:
    name = entry.get(name_field) if isinstance(entry, dict) else None
    return clean_text(name, 100) if isinstance(name, str) else ""
