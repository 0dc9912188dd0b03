"""What the control's state means right now, in words. Pure."""

from chalicelib.domain.control import ControlState
from chalicelib.operations.reading import Overview


def control_note(overview: Overview) -> str:
    """How far a flatten has come, or that a resume has nothing to trade with; else nothing."""
    state = overview.control.state
    if state is ControlState.FLATTENING:
        held = sum(len(account.positions) for account in overview.accounts)
        return f"flattening: {held} positions left" if held else "flat: nothing is held"
    settings = overview.config.strategies.values()
    disabled = bool(settings) and not any(setting.enabled for setting in settings)
    if disabled and state is not ControlState.KILLED:
        return "every strategy is disabled: enable them, or run `bot resume --enable-all`"
    return ""
