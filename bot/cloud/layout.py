"""Where the local cloud keeps its files, all below ``.local/`` and ``.venv-emulator/``."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below a checkout's root."""

    root: Path

    @property
    def local(self) -> Path:
        """Everything the local cloud writes."""
        return self.root / ".local"

    @property
    def emulator_venv(self) -> Path:
        """The emulator's own virtual environment, apart from ours: Lambdas see its packages."""
        return self.root / ".venv-emulator"

    @property
    def emulator_python(self) -> Path:
        """The interpreter of the emulator's environment."""
        return self.emulator_venv / "bin" / "python"

    @property
    def state(self) -> Path:
        """What the emulator remembers between runs."""
        return self.local / "state"

    @property
    def scratch(self) -> Path:
        """Unpacked functions; emptied at every start of the emulator."""
        return self.local / "tmp"

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.local / "logs"

    @property
    def status(self) -> Path:
        """Ports, urls and names of the running local cloud, as JSON."""
        return self.local / "cloud.json"

    def pid(self, process: str) -> Path:
        """The pid file of a process; it is locked for as long as the process lives."""
        return self.local / "run" / f"{process}.pid"

    def build(self, stage: str) -> Path:
        """The packaged application of a stage."""
        return self.local / "build" / stage
