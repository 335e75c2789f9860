"""The sites of Thành phố Mẫu: what each one shows, and how it differs from a plain good site.

The names are under ``.example`` (RFC 2606), so none of them can ever be a real one. A field that
a row does not name has the value that ``secscan.demo.model.DemoSite`` gives it.
"""

from datetime import date

from secscan.demo.contents import (
    BOOTSTRAP_3,
    BOOTSTRAP_5,
    ENV,
    FEED_LINK,
    GIT_HEAD,
    JOOMLA_MANIFEST,
    JQUERY_1,
    JQUERY_2,
    JQUERY_3,
    JQUERY_OLD,
    JQUERY_UI,
    OWN_SCRIPT,
    SERVER_STATUS,
    SSH_BEHIND,
    SSH_PATCHED,
    feed,
)
from secscan.demo.model import (
    Answer,
    Certificate,
    DemoSite,
    Headers,
    Key,
    Port,
    Protocols,
    SecurityTxt,
)
from secscan.register.model import Kind, Owner

DOMAIN = "thanhphomau.example"

LE_HOI_OWNERS = (
    Owner("so-ct", None, date(2025, 6, 30)),
    Owner("so-vhtt", date(2025, 7, 1), None),
)

TWO_YEARS = "max-age=63072000; includeSubDomains; preload"
ONE_YEAR = "max-age=31536000; includeSubDomains"
HALF_A_YEAR = "max-age=15552000"
ONE_DAY = "max-age=86400"

CSP_STRICT = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; upgrade-insecure-requests"
)
CSP_FAIR = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
CSP_WEAK = "default-src * data: blob: 'unsafe-inline' 'unsafe-eval'"
NOTHING_ALLOWED = "camera=(), geolocation=(), microphone=()"

BEST = Headers(
    hsts=TWO_YEARS,
    csp=CSP_STRICT,
    frame="DENY",
    nosniff=True,
    referrer="strict-origin-when-cross-origin",
    permissions=NOTHING_ALLOWED,
    opener="same-origin",
    resource="same-origin",
    caching="no-store",
)

MIXED_IMAGE = f'<img src="http://anh.{DOMAIN}/banner.jpg" alt="">'
MIXED_SCRIPT = f'<script src="http://dem.{DOMAIN}/luot-truy-cap.js"></script>'
FOREIGN_SCRIPT = f'<script src="https://cdn.{DOMAIN}/thong-ke.js"></script>'
PLAIN_FORM = '<form method="post" action="/dang-nhap"><input type="password" name="matkhau"></form>'

PHP_TRACE = (
    "<br />\n<b>Warning</b>:  include(menu.php): failed to open stream: No such file or directory "
    "in <b>/var/www/html/index.php</b> on line <b>42</b><br />\n"
)

SESSION_GOOD = "__Host-phien=7d1f0a5c2e; Path=/; Secure; HttpOnly; SameSite=Lax"
SESSION_BARE = "PHPSESSID=4v1l8q0b2c7; path=/"
SESSION_ASP = "ASP.NET_SessionId=x2w1kq5e; path=/; HttpOnly"
LANGUAGE = "ngon-ngu=vi; Path=/; Secure; SameSite=Lax"


# A table, to be read as one.
# fmt: off
DEPARTMENT_SITES = (
    DemoSite(
        "cong-thong-tin", f"www.{DOMAIN}", "van-phong",
        "A model site: what the city's portal should look like.",
        importance=4, system_level=4, tags=("trang-chu",), headers=BEST,
        cookies=(SESSION_GOOD,), scripts=(OWN_SCRIPT,), security_txt=SecurityTxt.VALID, ipv6=True,
        dnssec=True, caa=('0 issue "ca.example"',), www=True, other_names=(DOMAIN,),
    ),
    DemoSite(
        "dich-vu-cong", f"dichvucong.{DOMAIN}", "van-phong",
        "Nearly as good: RSA 3072, no Permissions-Policy, no DNSSEC.",
        kind=Kind.TTHC, importance=4, system_level=3, home="/vi/",
        certificate=Certificate(Key.RSA_3072, age=20, left=70),
        headers=Headers(
            hsts=ONE_YEAR, csp=CSP_STRICT, frame="DENY", nosniff=True, referrer="same-origin",
            resource="same-origin", caching="private",
        ),
        cookies=(SESSION_GOOD, LANGUAGE), scripts=(JQUERY_3,), security_txt=SecurityTxt.VALID,
        ipv6=True, caa=('0 issue "ca.example"', '0 issuewild ";"'),
    ),
    DemoSite(
        "so-khcn", f"sokhcn.{DOMAIN}", "so-khcn",
        "A good site with a short HSTS and the versions of its programs on show, all current.",
        importance=2, ipv6=True, scripts=(JQUERY_3, BOOTSTRAP_5),
        headers=Headers(
            hsts=HALF_A_YEAR, csp=CSP_FAIR, frame="SAMEORIGIN", nosniff=True,
            referrer="no-referrer", permissions=NOTHING_ALLOWED, server="nginx/1.30.4",
            powered_by="PHP/8.4.24",
        ),
    ),
    DemoSite(
        "nen-tang-phuong-xa", f"phuongxa.{DOMAIN}", "so-khcn",
        "A shared platform: three wards are its tenants, and it is looked at once.",
        kind=Kind.SERVICE, importance=4, system_level=3, other_names=(f"*.phuongxa.{DOMAIN}",),
        headers=Headers(
            hsts=ONE_YEAR, csp=CSP_FAIR, frame="SAMEORIGIN", nosniff=True, referrer="strict-origin",
        ),
        cookies=(LANGUAGE,), scripts=(OWN_SCRIPT,), ipv6=True, caa=('0 issue "ca.example"',),
    ),
    DemoSite(
        "du-lieu-mo", f"api.dulieu.{DOMAIN}", "so-khcn",
        "A JSON API: page headers do not apply to it.",
        kind=Kind.API, importance=1, port_80=Port.CLOSED, answer=Answer.JSON,
        certificate=Certificate(Key.P384),
        headers=Headers(hsts=ONE_YEAR, nosniff=True, allow_origin="*", server=""),
    ),
    DemoSite(
        "so-tc", f"sotaichinh.{DOMAIN}", "so-tc",
        "TLS 1.0 on a Windows Server 2012 R2 with SharePoint 2013: both get no more fixes.",
        importance=3, protocols=Protocols.FROM_1_0, certificate=Certificate(Key.RSA_2048),
        headers=Headers(
            hsts=ONE_YEAR, frame="SAMEORIGIN", nosniff=True, server="Microsoft-IIS/8.5",
            powered_by="ASP.NET", others=(("MicrosoftSharePointTeamServices", "15.0.0.4569"),),
        ),
        cookies=(SESSION_ASP,),
    ),
    DemoSite(
        "ngan-sach", f"ngansach.{DOMAIN}", "so-tc",
        "A login page: every request is answered 401, so only what is in front of it is judged.",
        kind=Kind.INTERNAL, importance=2, system_level=3, answer=Answer.LOGIN,
        headers=Headers(hsts=ONE_YEAR, nosniff=True, frame="DENY"),
    ),
    DemoSite(
        "so-nv", f"sonoivu.{DOMAIN}", "so-nv",
        "The certificate ended twelve days ago.",
        importance=3, certificate=Certificate(age=187, left=-12), home="/trang-chu",
        headers=Headers(hsts=ONE_DAY, frame="SAMEORIGIN", server="nginx/1.24.0"),
    ),
    DemoSite(
        "tuyen-dung", f"tuyendung.{DOMAIN}", "so-nv",
        "A jQuery of 2012, named by its address, and an old Bootstrap whose address names none.",
        kind=Kind.SERVICE, importance=1, scripts=(JQUERY_OLD, BOOTSTRAP_3),
        headers=Headers(hsts=HALF_A_YEAR, frame="SAMEORIGIN", nosniff=True, referrer="origin"),
        security_txt=SecurityTxt.EXPIRED,
    ),
    DemoSite(
        "so-yt", f"soyte.{DOMAIN}", "so-yt",
        "A firewall that answers 403 to everything: the site is blocked, not bad.",
        importance=3, answer=Answer.FORBIDDEN, headers=Headers(server="tuong-lua"),
    ),
    DemoSite(
        "dat-kham", f"datkham.{DOMAIN}", "so-yt",
        "A Content-Security-Policy that allows everything, and a session cookie without Secure.",
        kind=Kind.TTHC, importance=3, cookies=("phien=a81c; Path=/; HttpOnly",),
        headers=Headers(hsts=ONE_YEAR, csp=CSP_WEAK, nosniff=True, referrer="unsafe-url"),
        certificate=Certificate(Key.RSA_2048, age=10, left=80), scripts=(JQUERY_3,),
    ),
    DemoSite(
        "so-gddt", f"sogddt.{DOMAIN}", "so-gddt",
        "jQuery 1 and jQuery UI of 2016 on an otherwise fair site.",
        importance=3, scripts=(JQUERY_1, JQUERY_UI), protocols=Protocols.WITH_CBC,
        headers=Headers(hsts=ONE_YEAR, csp=CSP_FAIR, frame="SAMEORIGIN", nosniff=True), dnssec=True,
    ),
    DemoSite(
        "tuyen-sinh", f"tuyensinh.{DOMAIN}", "so-gddt",
        "A PHP that has reached its end of life, on a distribution that may patch it.",
        kind=Kind.TTHC, importance=2, cookies=(SESSION_BARE,), redirect_status=302,
        headers=Headers(
            hsts=ONE_DAY, nosniff=True, server="Apache/2.4.41 (Ubuntu)",
            powered_by="PHP/7.4.3-4ubuntu2.29",
        ),
    ),
    DemoSite(
        "so-xd", f"soxaydung.{DOMAIN}", "so-xd",
        "Sound TLS, and not a single security header.",
        importance=2, headers=Headers(server="Apache"), caa=('0 issue "ca.example"',),
    ),
    DemoSite(
        "quy-hoach", f"quyhoach.{DOMAIN}", "so-xd",
        "/.git/HEAD, /.env and /server-status can be read; the register grants the look.",
        kind=Kind.SERVICE, importance=1, grants=("exposure",), beside="so-xd",
        files=(GIT_HEAD, ENV, SERVER_STATUS),
        headers=Headers(hsts=HALF_A_YEAR, frame="SAMEORIGIN", server="Apache/2.4.68"),
        scripts=(JQUERY_2,),
    ),
    DemoSite(
        "so-nnmt", f"sonnmt.{DOMAIN}", "so-nnmt",
        "A self-signed certificate.",
        importance=2, certificate=Certificate(Key.RSA_2048, self_signed=True),
        headers=Headers(nosniff=True, server="nginx/1.18.0 (Ubuntu)"),
    ),
    DemoSite(
        "quan-trac", f"quantrac.{DOMAIN}", "so-nnmt",
        "Refuses every connection.",
        kind=Kind.SERVICE, importance=1, port_80=Port.CLOSED, port_443=Port.CLOSED,
    ),
    DemoSite(
        "so-ct", f"socongthuong.{DOMAIN}", "so-ct",
        "HTTPS is good, but who comes in plain HTTP stays there, and www has no certificate.",
        importance=2, www=True, port_80=Port.SITE, scripts=(JQUERY_3,),
        headers=Headers(
            hsts=ONE_YEAR, csp=CSP_FAIR, frame="SAMEORIGIN", nosniff=True, referrer="same-origin",
        ),
    ),
    DemoSite(
        "san-pham", f"sanpham.{DOMAIN}", "so-ct",
        "A single-page application: 200 to every path, and it lets every origin read; CSP reports.",
        kind=Kind.SERVICE, importance=1, answer=Answer.PAGE_ALWAYS,
        headers=Headers(
            hsts=HALF_A_YEAR, report_only="default-src 'self'; report-uri /csp", nosniff=True,
            referrer="same-origin", reflects_origin=True,
        ),
        scripts=(OWN_SCRIPT,), markup=FOREIGN_SCRIPT, certificate=Certificate(age=5, left=85),
    ),
    DemoSite(
        "so-vhtt", f"sovhtt.{DOMAIN}", "so-vhtt",
        "Pictures and a visitor counter come in plain HTTP into a page of HTTPS.",
        importance=2, markup=MIXED_IMAGE + MIXED_SCRIPT, scripts=(JQUERY_2,),
        headers=Headers(hsts=ONE_DAY, frame="SAMEORIGIN", nosniff=True, server="LiteSpeed"),
    ),
    DemoSite(
        "le-hoi", f"lehoi.{DOMAIN}", LE_HOI_OWNERS,
        "An old Joomla whose errors show traces; it shares an address by SNI, has changed owner.",
        kind=Kind.SERVICE, importance=1, beside="so-vhtt",
        generator="Joomla! - Open Source Content Management", files=(JOOMLA_MANIFEST,),
        headers=Headers(server="Apache/2.4.6 (CentOS)", powered_by="PHP/7.2.34"),
        cookies=("a81bb6a7c1c4e0=k3l9; path=/", "luot-xem=17"), error_markup=PHP_TRACE,
    ),
    DemoSite(
        "so-tp", f"sotuphap.{DOMAIN}", "so-tp",
        "The certificate is for another host.",
        importance=2, certificate=Certificate(for_other_host=True),
        headers=Headers(hsts=HALF_A_YEAR, frame="DENY", nosniff=True, referrer="no-referrer"),
    ),
    DemoSite(
        "thanh-tra", f"thanhtra.{DOMAIN}", "thanh-tra",
        "No HTTPS at all, a password form, and a SharePoint 2016.",
        scheme="http", importance=3, port_80=Port.SITE, port_443=Port.CLOSED,
        headers=Headers(
            frame="SAMEORIGIN", server="Microsoft-IIS/10.0", powered_by="ASP.NET",
            others=(("MicrosoftSharePointTeamServices", "16.0.0.5456"),),
        ),
        markup=PLAIN_FORM,
        cookies=(SESSION_ASP,),
    ),
    DemoSite(
        "khieu-nai", f"khieunai.{DOMAIN}", "thanh-tra",
        "The authorisation has ended: secscan does not look at it, and says so.",
        kind=Kind.TTHC, importance=1, authorised=False, headers=BEST,
    ),
)

WARD_SITES = (
    DemoSite(
        "hoa-sen-nen-tang", f"hoasen.phuongxa.{DOMAIN}", "hoa-sen",
        "A tenant of the shared platform.",
        platform="nen-tang-phuong-xa", importance=3,
    ),
    DemoSite(
        "hoa-mai-nen-tang", f"hoamai.phuongxa.{DOMAIN}", "hoa-mai",
        "A tenant that has nothing of its own.",
        platform="nen-tang-phuong-xa", importance=3,
    ),
    DemoSite(
        "hoa-dao-nen-tang", f"hoadao.phuongxa.{DOMAIN}", "hoa-dao",
        "A tenant whose own site is better than the platform.",
        platform="nen-tang-phuong-xa", importance=3,
    ),
    DemoSite(
        "hoa-sen", f"hoasen.{DOMAIN}", "hoa-sen",
        "An old news site that the ward kept beside the platform; Drupal 7.",
        importance=1, generator="Drupal 7 (https://www.drupal.org)", redirect_status=302,
        headers=Headers(frame="SAMEORIGIN", nosniff=True, server="Apache/2.4.54 (Debian)"),
        certificate=Certificate(Key.RSA_2048, age=30, left=60),
    ),
    DemoSite(
        "hoa-dao", f"hoadao.{DOMAIN}", "hoa-dao",
        "A small and excellent site of static files.",
        importance=2, protocols=Protocols.ONLY_1_3, headers=BEST, ipv6=True, dnssec=True,
        caa=('0 issue "ca.example"',), security_txt=SecurityTxt.INCOMPLETE,
    ),
    DemoSite(
        "binh-minh", f"binhminh.{DOMAIN}", "binh-minh",
        "The certificate ends in five days; Debian keeps nginx 1.22.1, and SSH shows it patched.",
        importance=2, certificate=Certificate(age=85, left=5), ssh=SSH_PATCHED,
        headers=Headers(
            hsts=ONE_YEAR, frame="SAMEORIGIN", nosniff=True, referrer="same-origin",
            server="nginx/1.22.1",
        ),
        scripts=(BOOTSTRAP_5,), caa=('0 issue "ca.example"',),
    ),
    DemoSite(
        "song-xanh", f"songxanh.{DOMAIN}", "song-xanh",
        "The server does not send its intermediate certificate; WordPress and SSH lag behind.",
        importance=2, certificate=Certificate(Key.RSA_3072, intermediate_sent=False),
        headers=Headers(hsts=HALF_A_YEAR, csp=CSP_FAIR, frame="SAMEORIGIN", nosniff=True),
        generator="WordPress 6.4.2", markup=FEED_LINK, ssh=SSH_BEHIND,
        files=(feed("https://wordpress.org/?v=6.4.2"),),
    ),
    DemoSite(
        "doi-thong", f"doithong.{DOMAIN}", "doi-thong",
        "RSA key exchange beside ECDHE, and a frame header that no browser obeys any more.",
        importance=2, certificate=Certificate(Key.RSA_2048, age=10, left=80),
        protocols=Protocols.WITH_RSA_KEY_EXCHANGE,
        headers=Headers(hsts=ONE_YEAR, frame="ALLOW-FROM https://www.example", nosniff=True),
    ),
    DemoSite(
        "cau-vong", f"cauvong.{DOMAIN}", "cau-vong",
        "A hostile site: markup, terminal codes, bidi and a decompression bomb.",
        importance=1, answer=Answer.HOSTILE, generator="<img src=x onerror=alert(1)>",
        certificate=Certificate(organisation="<script>alert('O')</script>"),
        headers=Headers(
            hsts="max-age=abc; \x1b[2J", csp="script-src '<script>alert(2)</script>'",
            frame="\u202eYNED", nosniff=True, server="=cmd|'/C calc'!A1 \x1b]0;hacked\x07\x1b[31m",
            powered_by="PHP/8.4<script>alert(3)</script>\u202e\u2066",
        ),
        cookies=("<b>phien</b>=\x1b[5m; Path=/", "=vô danh"),
        ssh="SSH-2.0-OpenSSH_\x1b]0;hacked\x07<script>alert(5)</script>\u202e",
    ),
    DemoSite(
        "ben-sao", f"bensao.{DOMAIN}", "ben-sao",
        "Accepts every connection and never answers.",
        importance=2, port_80=Port.SILENT, port_443=Port.SILENT,
    ),
    DemoSite(
        "suoi-mo-cu", f"xasuoimo.{DOMAIN}", "suoi-mo",
        "A name that no longer resolves.",
        importance=1, resolves=False, port_80=Port.CLOSED, port_443=Port.CLOSED,
    ),
    DemoSite(
        "suoi-mo", f"suoimo.{DOMAIN}", "suoi-mo",
        "The new site of the same commune: fair, only TLS 1.2.",
        importance=2, protocols=Protocols.ONLY_1_2, cookies=(LANGUAGE,),
        headers=Headers(
            hsts=ONE_YEAR, csp="frame-ancestors 'self'", nosniff=True, referrer="strict-origin",
        ),
        generator="WordPress 7.1", scripts=(JQUERY_3,), dnssec=True, markup=FEED_LINK,
        files=(feed("https://wordpress.org/?v=7.1"),),
    ),
    DemoSite(
        "dong-lua", f"donglua.{DOMAIN}", "dong-lua",
        "TLS 1.0 alone and an RSA key of 1024 bits: a machine untouched for ten years.",
        importance=2, certificate=Certificate(Key.RSA_1024), protocols=Protocols.ONLY_1_0,
        port_80=Port.SITE, cookies=(SESSION_BARE,), scripts=(JQUERY_1,),
        headers=Headers(server="Microsoft-IIS/7.5", powered_by="PHP/5.6.40"),
    ),
    DemoSite(
        "gio-ngan", f"giongan.{DOMAIN}", "gio-ngan",
        "TLS 1.1 is still on; headers half done.",
        importance=2, protocols=Protocols.FROM_1_1, certificate=Certificate(Key.RSA_2048, 80, 10),
        headers=Headers(frame="SAMEORIGIN", nosniff=True, referrer="no-referrer-when-downgrade"),
    ),
    DemoSite(
        "cho-que", f"choque.{DOMAIN}", "gio-ngan",
        "Port 443 is open but speaks plain HTTP, as a forgotten setting does.",
        scheme="http", kind=Kind.SERVICE, importance=1, port_80=Port.SITE, port_443=Port.SPEECHLESS,
        scripts=(JQUERY_3,),
    ),
    DemoSite(
        "may-trang", f"maytrang.{DOMAIN}", "may-trang",
        "HTTPS is enforced and modern; the headers have been begun.",
        importance=2, ipv6=True, security_txt=SecurityTxt.VALID,
        headers=Headers(hsts=ONE_YEAR, frame="DENY", server="nginx/1.30.4"),
    ),
)
# fmt: on

SITES = DEPARTMENT_SITES + WARD_SITES
