"""TLS by raw hellos: what a server accepts, at one connection for each thing learnt.

``look`` is the plan; ``elimination`` and ``extras`` are its parts; ``log`` sends hellos and
records them; ``offer`` and ``offers`` are what is sent, ``conversation`` reads what comes back.
"""

from secscan.probes.tls.look import Look

__all__ = ["Look"]
