"""sslyze as a witness beside our own TLS engine: for deep looks, and as a second opinion.

It runs in a bounded process of its own (``process``, ``__main__``), and reaches a site only
through a relay of ours (``relay``).
"""

from secscan.probes.witness.deep import deep_look
from secscan.probes.witness.opinion import Accepted, Opinion, ask_opinion
from secscan.probes.witness.process import Witness

__all__ = ["Accepted", "Opinion", "Witness", "ask_opinion", "deep_look"]
