"""What the sites of the demo city hold: scripts, files and greetings, of our own writing."""

from secscan.demo.model import File, Script

JQUERY_1 = Script("/js/jquery-1.12.4.min.js", "/*! jQuery v1.12.4 | jquery.org/license */")
JQUERY_2 = Script("/assets/jquery-2.2.4.min.js", "/*! jQuery v2.2.4 | jquery.org/license */")
JQUERY_3 = Script("/js/jquery-3.7.1.min.js", "/*! jQuery v3.7.1 | jquery.org/license */")
JQUERY_OLD = Script("/scripts/jquery-1.8.3.min.js", "/*! jQuery v1.8.3 | jquery.org/license */")
JQUERY_UI = Script("/js/jquery-ui-1.12.1.min.js", "/*! jQuery UI - v1.12.1 - 2016-09-14 */")
BOOTSTRAP_3 = Script("/js/bootstrap.min.js", "/*! Bootstrap v3.3.7 (http://getbootstrap.com) */")
BOOTSTRAP_5 = Script("/js/bootstrap-5.3.8.min.js", "/*! Bootstrap v5.3.8 (getbootstrap.com) */")
OWN_SCRIPT = Script("/js/trang-chu.js", "document.documentElement.classList.add('js');")

GIT_HEAD = File("/.git/HEAD", "text/plain", "ref: refs/heads/main\n")
ENV = File(
    "/.env", "text/plain", "APP_ENV=production\nDB_HOST=127.0.0.1\nDB_PASSWORD=mat-khau-mau\n"
)
SERVER_STATUS = File(
    "/server-status",
    "text/html",
    "<html><head><title>Apache Status</title></head><body><h1>Apache Server Status for localhost "
    "(via 127.0.0.1)</h1><dl><dt>Server Version: Apache/2.4.68 (Unix)</dt><dt>Server MPM: event"
    "</dt><dt>Server Built: Jun 10 2026 08:00:00</dt></dl><hr /></body></html>\n",
)
JOOMLA_MANIFEST = File(
    "/administrator/manifests/files/joomla.xml",
    "text/xml",
    '<?xml version="1.0" encoding="UTF-8"?>\n<extension type="file" method="upgrade">'
    "<name>files_joomla</name><version>3.9.12</version></extension>\n",
)


def feed(generator: str) -> File:
    """Return an RSS feed that names what made it."""
    return File(
        "/feed/",
        "application/rss+xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Tin</title>'
        f"<generator>{generator}</generator></channel></rss>\n",
    )


FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
SSH_PATCHED = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"
SSH_BEHIND = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u4"
