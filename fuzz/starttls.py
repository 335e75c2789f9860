"""Fuzz the lines of mail servers before TLS: any line is read, or is none."""

import harness

with harness.instrumented():
    from secscan.parsing.starttls import imap_line, imap_offers_tls, smtp_line, smtp_offers_tls

SEEDS = (
    b"220 mail.example ESMTP",
    b"250-STARTTLS",
    b"250 HELP",
    b"* OK IMAP4rev1 ready",
    b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED",
    b"a1 OK done",
    b"* PREAUTH",
)


def once(data: bytes) -> None:
    """Read each line of what was sent."""
    for line in data.split(b"\n"):
        for found in (smtp_line(line), imap_line(line, "a1"), imap_line(line, "*")):
            if found is not None:
                smtp_offers_tls([found])
                imap_offers_tls([found])
                if not (found.text == "" or found.text.isprintable()):
                    raise AssertionError("what does not print has come through")


if __name__ == "__main__":
    harness.fuzz(once, SEEDS)
