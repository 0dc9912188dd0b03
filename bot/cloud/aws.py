"""One place that makes clients, for AWS and for the emulator alike."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.cloud.errors import CloudError

EMULATOR_KEY = "test"
EMULATOR_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Cloud:
    """An account in a region; ``endpoint`` is the emulator's url, or None for AWS."""

    region: str
    endpoint: str | None = None

    @classmethod
    def local(cls, port: int) -> "Cloud":
        """The emulator on this machine."""
        return cls(EMULATOR_REGION, f"http://127.0.0.1:{port}")

    @property
    def partition(self) -> str:
        """The part of AWS the region belongs to, the second word of every ARN."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def client(self, service: str, read_timeout: float = 60) -> Any:
        """A client of one service; ``read_timeout`` in seconds."""
        key = EMULATOR_KEY if self.endpoint else None
        config = Config(
            connect_timeout=5,
            read_timeout=read_timeout,
            retries={"mode": "standard", "max_attempts": 3},
        )
        session: Any = boto3.session.Session(
            region_name=self.region, aws_access_key_id=key, aws_secret_access_key=key
        )
        return session.client(service, endpoint_url=self.endpoint, config=config)

    def account(self) -> str:
        """The twelve digits of the account these credentials belong to."""
        try:
            return str(self.client("sts").get_caller_identity()["Account"])
        except (BotoCoreError, ClientError) as exc:
            raise CloudError(
                f"cannot sign in to AWS: {exc}",
                "Check AWS_PROFILE or the keys in the environment: aws sts get-caller-identity.",
            ) from exc

    def environment(self) -> dict[str, str]:
        """Variables that make a child process (Chalice) talk to the same cloud."""
        variables = {"AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        if self.endpoint:
            variables |= {
                "AWS_ENDPOINT_URL": self.endpoint,
                "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
                "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
            }
        return variables
