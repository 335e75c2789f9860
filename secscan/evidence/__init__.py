"""Evidence: what was received from a site, frozen, versioned and stored; and how it is read.

``model`` and ``tls`` are what is stored, ``codec`` its JSON; ``proofs`` is what the answers to
hellos prove; ``readings`` is what a check may ask for;
``views``, ``pages`` and ``hops`` make it of what is stored.
"""

from secscan.evidence.codec import SCHEMA, dump, load
from secscan.evidence.deep import Deep, Renegotiation, Resumption, RevocationList
from secscan.evidence.hops import same_site
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import (
    Body,
    Dns,
    Endpoint,
    Exchange,
    Header,
    Hop,
    Record,
    Resource,
    Scanner,
    SiteEvidence,
    Target,
    Usage,
)
from secscan.evidence.proofs import (
    contradictions,
    doubtful_groups,
    doubtful_suites,
    is_refused,
    is_unknown,
    refusals,
)
from secscan.evidence.readings import (
    READINGS,
    Asked,
    Chain,
    ErrorPage,
    Exposure,
    Heads,
    Markup,
    Page,
    Plain,
    Response,
    Secure,
    SecurityTxt,
    Sharing,
    Twin,
    View,
    Web,
)
from secscan.evidence.tls import Answer, Closed, Hello, Presented, Purpose, Refused, Tls
from secscan.evidence.views import views

__all__ = [
    "READINGS",
    "SCHEMA",
    "Answer",
    "Asked",
    "Body",
    "Chain",
    "Closed",
    "Deep",
    "Dns",
    "Endpoint",
    "ErrorPage",
    "Exchange",
    "Exposure",
    "Header",
    "Heads",
    "Hello",
    "Hop",
    "Markup",
    "Missing",
    "MissingKind",
    "Page",
    "Plain",
    "Presented",
    "Purpose",
    "Record",
    "Refused",
    "Renegotiation",
    "Resource",
    "Response",
    "Resumption",
    "RevocationList",
    "Scanner",
    "Secure",
    "SecurityTxt",
    "Sharing",
    "SiteEvidence",
    "Target",
    "Tls",
    "Twin",
    "Usage",
    "View",
    "Web",
    "contradictions",
    "doubtful_groups",
    "doubtful_suites",
    "dump",
    "is_refused",
    "is_unknown",
    "load",
    "refusals",
    "same_site",
    "views",
]
