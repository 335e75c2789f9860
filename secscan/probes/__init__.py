"""The probes: the only code that touches the network. They judge nothing."""

from secscan.probes.limits import Limits
from secscan.probes.prober import Prober

__all__ = ["Limits", "Prober"]
