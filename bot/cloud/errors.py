"""What can go wrong around the cloud, told so that the reader knows what to do next."""

from chalicelib.domain.errors import TesterError


class CloudError(TesterError):
    """The local cloud or a deployment cannot go on; ``hint`` names the way out."""
