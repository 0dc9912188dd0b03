"""Cut what a venue is asked for into calls of bounded size. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable


def parts(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The names in their order, at most ``size`` at a time."""
    return (names[start : start + size] for start in range(0, len(names), size))


def own_names(venue: str, ids: Iterable[str]) -> list[str]:
    """The venue's part of each of our ids, once; those of other venues are passed over."""
    mark = f"{venue}:"
    own = (given.removeprefix(mark) for given in ids if given.startswith(mark))
    return list(dict.fromkeys(name for name in own if name))


def own_name(venue: str, given: str) -> str:
    """The venue's part of one of our ids; VenueUnavailable for an id of another venue."""
    names = own_names(venue, [given])
    if not names:
        raise VenueUnavailable(
            f"{given[:60]!r} is no id of {venue}", f"Its ids begin with '{venue}:'."
        )
    return names[0]


def as_list(answer: object, origin: str) -> list[object]:
    """The answer as a list; VenuePayloadError when it is something else."""
    if not isinstance(answer, list):
        raise VenuePayloadError(f"{origin}: expected a list, got {type(answer).__name__}")
    return answer
