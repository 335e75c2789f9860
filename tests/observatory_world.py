"""Serves the made-up sites under public addresses, and has secscan and MDN's program look at them.

Run in a network namespace of its own as ``observatory_world.py NODE MODULES FOLDER``; it leaves
MDN's answers and secscan's evidence in the folder.
"""

import asyncio
import gzip
import json
import os
import resource
import ssl
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from certificate_builders import certificate, der, intermediate, key, root
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from observatory_cases import PRELOADED, WILDCARDS, Reply, Site, sites
from servers import Handler, Zone, resolving

from secscan.evidence import SiteEvidence, Target, dump
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober

FIRST = IPv4Address("45.33.0.1")
"""Of a network that is globally routable by its number; here all of it is the loopback's."""

LIMITS = Limits(tls_connections=4, tries=3, try_spacing=0.01)
AT_ONCE = 8
MISSING = Reply(404, (("Content-Type", "text/plain"),), "nothing here")


def addresses() -> dict[str, str]:
    """Return the address of each site."""
    return {site.host: str(FIRST + at) for at, site in enumerate(sites())}


def contexts(folder: Path) -> ssl.SSLContext:
    """Return a context that shows each name its certificate; some names get an untrusted one."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    good = certificate(names=WILDCARDS, start=yesterday, days=90)
    bad = certificate(names=("*.untrusted.example",), start=yesterday, days=90, issuer="self")
    trusted = _context(folder / "good.pem", good, der(intermediate()))
    untrusted = _context(folder / "bad.pem", bad)

    def choose(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        if name is not None and name.endswith(".untrusted.example"):
            connection.context = untrusted

    trusted.sni_callback = choose
    return trusted


def _context(path: Path, *chain: bytes) -> ssl.SSLContext:
    secret = key("P-256").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    sent = (x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in chain)
    path.write_bytes(b"".join([secret, *sent]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def serving(scheme: str) -> Handler:
    """Return a handler that answers each request by its Host, and then closes."""
    by_host = {site.host: site for site in sites()}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (OSError, asyncio.IncompleteReadError):  # a hello of the TLS probe's, and no request
            writer.transport.abort()
            return
        writer.write(_answer(scheme, head, by_host))
        writer.close()
        await writer.wait_closed()

    return handle


def _answer(scheme: str, head: str, by_host: dict[str, Site]) -> bytes:
    request, *lines = head.split("\r\n")
    method, path, _ = request.split(" ")
    sent = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
    site = by_host[sent["host"]]
    asked = site.pages.get(f"{scheme}://{site.host}{path}", MISSING)
    reply = site.preflight if method == "OPTIONS" else asked
    body = reply.body.encode()
    origin = sent.get("origin", "")
    more = [f"{name}: {value.replace('ASKER', origin)}" for name, value in reply.headers]
    first = f"HTTP/1.1 {reply.status} Answer"
    end = [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join([first, *more, *end]).encode("latin-1") + body


async def look() -> list[SiteEvidence]:
    """Return secscan's evidence of all sites."""
    records = {(host, "A"): [address] for host, address in addresses().items()}
    records |= {(host, "AAAA"): [] for host in addresses()}
    prober, turns = Prober(LIMITS), asyncio.Semaphore(AT_ONCE)
    async with resolving(Zone(records)) as zone:

        async def one(host: str) -> SiteEvidence:
            async with turns:
                target = Target(host, f"https://{host}/", {}, zone.dial)
                return await prober.collect(target)

        found = await asyncio.gather(*(one(host) for host in addresses()))
        await prober.close()
    return found


async def ask_mdn(node: str, modules: Path, folder: Path) -> None:
    """Have MDN's program look at all sites, in one process."""
    known = {
        name: {"mode": "force-https", "includeSubDomains": below}
        for name, below in PRELOADED.items()
    }
    conf = modules / "@mdn" / "mdn-http-observatory" / "conf"
    (conf / "hsts-preload.json").write_text(json.dumps(known))
    (folder / "root.pem").write_bytes(root().public_bytes(Encoding.PEM))
    (folder / "hosts.json").write_text(json.dumps(addresses()))
    script = Path(__file__).parent / "observatory" / "scan.mjs"
    process = await asyncio.create_subprocess_exec(
        *(node, script, modules, folder / "hosts.json"),
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(folder / "root.pem")},
        stdout=asyncio.subprocess.PIPE,
    )
    answers, _ = await process.communicate()
    (folder / "answers.json").write_bytes(answers)


async def main(node: str, modules: Path, folder: Path) -> None:
    """Serve, and look twice at the same time."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    context = contexts(folder)
    async with AsyncExitStack() as stack:
        for site in sites():
            for scheme, port, tls in (("http", 80, None), ("https", 443, context)):
                if site.listens(scheme):
                    address = addresses()[site.host]
                    server = await asyncio.start_server(serving(scheme), address, port, ssl=tls)
                    await stack.enter_async_context(server)
        found, _ = await asyncio.gather(look(), ask_mdn(node, modules, folder))
    stored = {}
    for evidence in found:
        text, bodies = dump(evidence)
        stored[evidence.site_id] = [text, {k: v.decode("latin-1") for k, v in bodies.items()}]
    (folder / "evidence.json.gz").write_bytes(gzip.compress(json.dumps(stored).encode()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
