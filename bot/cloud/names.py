"""Names by convention: ``market-strategy-tester-<stage>-<thing>``, the same in every template."""

import re
from dataclasses import dataclass

from bot.cloud.errors import CloudError

APP = "market-strategy-tester"
API_STAGE = "api"


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in one stage."""

    stage: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{1,11}", self.stage):
            raise CloudError(
                f"'{self.stage}' cannot be the name of a stage",
                "Use 2 to 12 small letters and digits, a letter first: local, dev, prod.",
            )

    def _name(self, thing: str) -> str:
        return f"{APP}-{self.stage}-{thing}"

    @property
    def state_stack(self) -> str:
        """The stack of infra/stack.yaml: what outlives a deployment."""
        return self._name("infra")

    @property
    def app_stack(self) -> str:
        """The stack of the packaged functions."""
        return self._name("app")

    @property
    def table(self) -> str:
        """The state table."""
        return self._name("state")

    @property
    def api_function(self) -> str:
        """The function behind every route; Chalice gives it no name of its own."""
        return f"{APP}-{self.stage}"

    @property
    def cycle_function(self) -> str:
        """The scheduled function."""
        return self._name("cycle")

    @property
    def authorizer_function(self) -> str:
        """The gateway's token authorizer."""
        return self._name("token_authorizer")

    @property
    def functions(self) -> tuple[str, str, str]:
        """All functions."""
        return self.api_function, self.cycle_function, self.authorizer_function

    @property
    def cycle_rule(self) -> str:
        """The EventBridge rule that calls the cycle."""
        return self._name("cycle-event")

    def artifacts(self, account: str) -> str:
        """The bucket for uploaded packages; bucket names are shared by all of AWS."""
        return self._name(f"artifacts-{account}")
