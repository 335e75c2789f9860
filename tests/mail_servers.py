"""Mail servers of our own: SMTP and IMAP up to STARTTLS, or up to where they go wrong."""

import asyncio
import ssl
from collections.abc import Mapping

from servers import Handler

SMTP = {
    "": b"220-one\r\n220 mail.example ESMTP\r\n",
    "EHLO": b"250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n",
    "STARTTLS": b"220 go ahead\r\n",
}
"""What a server answers by the first word of a command; "" is the greeting."""

IMAP = {
    "": b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
    "a1": b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n",
    "a2": b"a2 OK begin\r\n",
}

LAST = ("STARTTLS", "a2")


def mail(
    answers: Mapping[str, bytes],
    tls: ssl.SSLContext | None = None,
    seen: list[bytes] | None = None,
) -> Handler:
    """Return a handler with these answers; behind that to STARTTLS it shakes hands."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[""])
        while line := await reader.readline():
            if seen is not None:
                seen.append(line)
            word = line.split()[0].decode("ascii")
            if word not in answers:
                return
            writer.write(answers[word])
            await writer.drain()
            if word in LAST and tls is not None:
                await tls_at_once(tls)(reader, writer)
                return

    return handle


def tls_at_once(tls: ssl.SSLContext) -> Handler:
    """Return a handler that shakes hands with the alerts that asyncio's own TLS swallows."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        engine = tls.wrap_bio(incoming, outgoing, server_side=True)
        unfinished = True
        while unfinished and (data := await reader.read(65536)):
            incoming.write(data)
            unfinished = _wants_more(engine)
            writer.write(outgoing.read())
            await writer.drain()

    return handle


def _wants_more(engine: ssl.SSLObject) -> bool:
    try:
        engine.do_handshake()
    except ssl.SSLWantReadError:
        return True
    except ssl.SSLError:
        return False
    return False


def without(answers: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the answers of a server that does not offer STARTTLS."""
    return {word: sent.replace(b"STARTTLS", b"HELP") for word, sent in answers.items()}
