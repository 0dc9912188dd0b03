"""The real cycle code under a deterministic scheduler that breaks everything it may break.

``run`` simulates minutes under faults by chance from one seed, ``kill_points`` stops one cycle at
every place where it can be stopped, ``mutants`` makes the code unsafe and sees that it is caught.
"""

from bot.simulator.killpoints import kill_points
from bot.simulator.mutants import mutants
from bot.simulator.simulate import simulate as run

__all__ = ["kill_points", "mutants", "run"]
