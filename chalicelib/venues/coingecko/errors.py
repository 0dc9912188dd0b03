"""What CoinGecko means by its refusals, which come in several shapes."""

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.venues.body import words_in

_HINTS = {
    10002: "The key is missing or wrong. Set COINGECKO_API_KEY and the COINGECKO_PLAN it is of.",
    10005: "The plan does not include this. Ask for less, or take another plan.",
    10010: "A pro key works on the pro host only. Set COINGECKO_PLAN to pro.",
    10011: "A demo key works on the demo host only. Set COINGECKO_PLAN to demo.",
    10012: "The plan does not reach back so far: 365 days without a paid plan.",
    429: "Raise COINGECKO_REFRESH_SECONDS, or set a key: without one, strangers share the limit.",
}
_UNKNOWN = "Check COINGECKO_API_KEY, COINGECKO_PLAN and COINGECKO_IDS."


def code_of(answer: object) -> int | None:
    """The venue's number of an error, wherever the answer holds it; None when it is no error."""
    if not isinstance(answer, dict):
        return None
    code = answer.get("error_code")
    if isinstance(code, int) and not isinstance(code, bool):
        return code
    return next((c for key in ("error", "status") if (c := code_of(answer.get(key)))), None)


def hint_for(answer: object) -> str:
    """What to do about a refusal."""
    return _HINTS.get(code_of(answer) or 0, _UNKNOWN)


def require_no_error(answer: object, origin: str) -> None:
    """Raise VenueUnavailable for an error that came with status 200."""
    code = code_of(answer)
    if code is not None:
        raise VenueUnavailable(f"{origin} answered {code}: {words_in(answer)}", hint_for(answer))
