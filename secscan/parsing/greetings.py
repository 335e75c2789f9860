"""Where the greeting of a service ends, which it sends before anything is asked of it."""

_BY_CODE = ("smtp", "smtps", "ftp")


def is_last_line(scheme: str, first: bytes, line: bytes) -> bool:
    """Say whether a line is the last of a greeting; ``first`` is its first, both without CR LF.

    SSH may send other lines before its own (RFC 4253, 4.2). Behind a code and a hyphen SMTP and
    FTP go on to the line with that code and no hyphen (RFC 5321, 4.2.1; RFC 959, 4.2); what comes
    between is free in FTP. IMAP and POP3 greet with one line.
    """
    if scheme == "ssh":
        return line.startswith(b"SSH-")
    code = first[:3]
    if scheme in _BY_CODE and code.isdigit() and first[3:4] == b"-":
        return line[:3] == code and line[3:4] in (b" ", b"")
    return True
