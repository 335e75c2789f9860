"""How much a scan may ask of one site: the bounds that keep it gentle, and itself safe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run.

    Times are in seconds. An endpoint is one host name, address and port; its owner pays for
    what is asked of it, so the connections and requests are counted there.
    """

    connect_timeout: float = 10.0
    """For one connection to be accepted, and for one DNS question with all its retries."""

    read_timeout: float = 15.0
    """For one answer, from the first byte asked to the last byte read."""

    site_timeout: float = 90.0
    """For all that is asked of one address of a site, from when its turn has come."""

    tries: int = 3
    """How often a 443 that refuses, or does not speak TLS, is asked before that is proof."""

    try_spacing: float = 1.0
    """Between two such tries."""

    body_bytes: int = 1_048_576
    """Kept of a page once it is decompressed, and read of it before that."""

    resource_bytes: int = 65_536
    """Kept of security.txt, robots.txt, an error page, and the page of the other name."""

    sharing_bytes: int = 4096
    """Kept of an answer to another origin; what counts is its head."""

    exposure_bytes: int = 16_384
    """Read of an answer that is asked under the ``exposure`` grant; a few lines of it are kept."""

    environment_bytes: int = 1024
    """Read of /.env, of which the names are kept; the end of it is cut off unread."""

    max_hops: int = 5
    """Redirects followed from one URL."""

    retrieval_requests: int = 10
    """Requests to one endpoint for its pages, and for what is asked of every site besides them.

    An ordinary site needs six or seven. The other name's chains, with or without www, have a
    count of their own, also where they lead to the site.
    """

    script_requests: int = 6
    """Requests to one endpoint for the page's own scripts; each of them kept as a page is."""

    signal_requests: int = 4
    """Requests to one endpoint for what its page suggests besides: a feed, a manifest."""

    exposure_requests: int = 8
    """Requests to one endpoint under the ``exposure`` grant, beside all others."""

    requests: int = 20
    """Requests to one endpoint without those under the grant, whatever for."""

    tls_connections: int = 100
    """Hellos to one endpoint. An ordinary server needs 20 to 40; each suite beyond costs one."""

    tls_details: int = 40
    """Hellos to one endpoint after which nothing is asked that no verdict depends on."""

    other_connections: int = 20
    """Other connections to one endpoint without those under the ``exposure`` grant."""

    deep_connections: int = 100
    """Further handshakes with one endpoint under the ``deep`` grant."""

    deep_timeout: float = 30.0
    """For one item of a deep look; an item that takes longer is the last that is asked."""

    revocation_lists: int = 2
    """Fetched of those that a certificate names, under the ``deep`` grant."""

    revocation_bytes: int = 10_485_760
    """Read of such a list; the list itself is not kept."""

    opinion_connections: int = 700
    """Handshakes with one endpoint for a second opinion, which tries each suite by itself."""

    opinion_timeout: float = 600.0
    """For a second opinion on one endpoint."""
