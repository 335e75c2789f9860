"""Traces are known by frames and files of the server; what only tells of an error is none."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.traces import TraceKind, traces

SHOWN = {
    "a warning of PHP": (
        "<br />\n<b>Warning</b>:  mysqli_connect(): (HY000/1045): Access denied in "
        "<b>/var/www/html/lib/db.php</b> on line <b>12</b><br />",
        TraceKind.PHP,
    ),
    "a warning of PHP on Windows": (
        r"Notice: Undefined index: q in C:\inetpub\wwwroot\index.php on line 7",
        TraceKind.PHP,
    ),
    "a trace of PHP": (
        "Stack trace:\n#0 /srv/app/a.php(3): run()\n#1 /srv/app/b.php(9): go()\n#2 {main}",
        TraceKind.PHP,
    ),
    "JSON of a PHP framework": (
        r'{"message":"x","file":"\/srv\/app\/a.php","line":12,"trace":[]}',
        TraceKind.PHP,
    ),
    "Laravel": (
        "<span>vendor/laravel/framework/src/Illuminate/Routing/Router.php</span>:<b>44</b>",
        TraceKind.LARAVEL,
    ),
    "Laravel's Whoops": ('<div class="Whoops container">', TraceKind.LARAVEL),
    "Symfony": (
        "<!-- Symfony\\Component\\HttpKernel\\Exception\\NotFoundHttpException: No route found "
        "at /srv/app/vendor/symfony/http-kernel/EventListener/RouterListener.php:127 -->",
        TraceKind.SYMFONY,
    ),
    "Symfony's frames": (
        "in <a>vendor/symfony/routing/<strong>Router.php</strong></a>\n (line 135)<li>"
        "in <a>src/Controller/<strong>Home.php</strong></a>\n (line 20)",
        TraceKind.SYMFONY,
    ),
    "Java": (
        "<pre>java.lang.NullPointerException\n\tat vn.gov.Portal.&lt;init&gt;(Portal.java:31)\n"
        "\tat java.base/java.lang.Thread.run(Thread.java:840)</pre>",
        TraceKind.JAVA,
    ),
    "JSON of Spring": (
        r'{"status":500,"trace":"java.lang.Error\r\n\tat a.b.C.d(C.java:3)\r\n'
        r'\tat e.f.G.h(G.kt:4)\r\n"}',
        TraceKind.JAVA,
    ),
    ".NET": (
        "at System.Web.UI.Page.Load()\nat System.Web.UI.Page.Process(Boolean a, Boolean b)",
        TraceKind.NET,
    ),
    "the yellow page": (
        "[NullReferenceException: Object reference not set]\n"
        r"   Portal._Default.Page_Load(Object sender, EventArgs e) in C:\web\Default.aspx.cs:12"
        "\n   System.Web.UI.Control.OnLoad(EventArgs e) +106",
        TraceKind.NET,
    ),
    "the yellow page without sources": (
        "   System.Web.UI.Control.OnLoad(EventArgs e) +106\n"
        "   System.Web.UI.Page.ProcessRequestMain(Boolean a) +785",
        TraceKind.NET,
    ),
    "ASP": (
        "<font>Microsoft VBScript runtime </font> <font>error '800a000d'</font><p>Type mismatch"
        "</p><p>/inc/db.asp</font><font>, line 12</font>",
        TraceKind.CLASSIC_ASP,
    ),
    "Python": (
        'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in view\n    x()',
        TraceKind.PYTHON,
    ),
    "Django": (
        "You're seeing this error because you have <code>DEBUG = True</code> in\n"
        "      your Django settings file. Change that to <code>False</code>",
        TraceKind.DJANGO,
    ),
    "Werkzeug": (
        "<title>NameError: name 'x' is not defined // Werkzeug Debugger</title>",
        TraceKind.WERKZEUG,
    ),
    "Rails": ("<code>Rails.root: /srv/portal</code>", TraceKind.RUBY),
    "Ruby": (
        "/srv/a.rb:3:in `run'\n/srv/b.rb:9:in 'Object#go'",
        TraceKind.RUBY,
    ),
    "Node.js": (
        "<pre>Error: x<br> &nbsp; &nbsp;at go (/srv/app/index.js:3:9)<br>"
        " &nbsp; &nbsp;at file:///srv/app/node_modules/express/router.mjs:10:3</pre>",
        TraceKind.NODE,
    ),
    "Go": (
        "goroutine 7 [running]:\nmain.f()\n\t/srv/main.go:12 +0x1d\n"
        "main.g()\n\t/srv/main.go:9 +0x2a",
        TraceKind.GO,
    ),
    "Perl": ("Can't locate DBI.pm at /usr/lib/cgi-bin/a.pl line 3.", TraceKind.PERL),
    "ColdFusion": (
        r"The error occurred in <b>D:\web\index.cfm: line 12</b>",
        TraceKind.COLDFUSION,
    ),
    "MySQL": (
        "check the manual that corresponds to your MariaDB server version for the right syntax "
        "to use near '&#039;1' at line 1",
        TraceKind.MYSQL,
    ),
    "Oracle": (
        "java.sql.SQLSyntaxErrorException: ORA-00942: table or view does not exist",
        TraceKind.ORACLE,
    ),
    "a procedure of Oracle's": ('ORA-06512: at "APP.LOGIN", line 12', TraceKind.ORACLE),
    "SQL Server": (
        "[Microsoft][ODBC SQL Server Driver][SQL Server]Unclosed quotation mark",
        TraceKind.SQL_SERVER,
    ),
    "PostgreSQL": (
        'ERROR:  syntax error at or near "x"\nLINE 1: SELECT x',
        TraceKind.POSTGRESQL,
    ),
    "PDO": ("SQLSTATE[42S02]: Base table or view not found", TraceKind.DATABASE),
}

CLEAN = {
    "nginx": "<html><head><title>404 Not Found</title></head><hr><center>nginx</center>",
    "Tomcat": (
        "<h1>HTTP Status 404 – Not Found</h1><p><b>Description</b> The origin server did not find "
        "a current representation for the target resource.</p><h3>Apache Tomcat/9.0.98</h3>"
    ),
    "the yellow page for strangers": (
        "<h1>Server Error in '/' Application.</h1><b>Details:</b> To enable the details of this "
        "specific error message to be viewable on remote machines, please create a &lt;customErrors"
        "&gt; tag within a web.config file. System.Web.HttpException"
    ),
    "IIS": "<h2>404 - File or directory not found.</h2>",
    "words of an article": (
        "The agency's page said &quot;Fatal error&quot; and ORA-00942 on Monday; a NullPointer"
        "Exception at the ministry (Hanoi) was to blame, on line 12 of a script index.php."
    ),
    "one frame as an example": "A line such as at System.Web.UI.Page.Load() names the method.",
    "an address with a port and numbers": '<a href="/js/app.js:1:2">x</a> https://a.example:80/b',
}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("around", ["{}", "<html><body><h1>Error</h1>\n{}\n</body></html>"])
def test_a_trace_is_told(name: str, around: str) -> None:
    html, kind = SHOWN[name]
    assert traces(around.format(html), quotes=False) == (kind,)


@pytest.mark.parametrize("name", CLEAN)
@pytest.mark.parametrize("quotes", [True, False])
def test_what_only_tells_of_an_error_is_no_trace(name: str, quotes: bool) -> None:
    assert traces(CLEAN[name], quotes) == ()


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("element", ["pre", "code", "BLOCKQUOTE class=x"])
def test_an_article_may_quote_a_trace(name: str, element: str) -> None:
    html, kind = SHOWN[name]
    around = "<p>An error: <{}>{}</{}><p>Nothing more."
    quoted = around.format(element, html, element.split()[0])
    assert traces(quoted, quotes=True) == ()
    assert traces(quoted, quotes=False) == (kind,)


def test_what_stands_behind_a_quotation_is_the_pages_own() -> None:
    warning = SHOWN["a warning of PHP"][0]
    assert traces(f"<pre>x<code>y</code></pre>{warning}", quotes=True) == (TraceKind.PHP,)
    assert traces(f"</pre>{warning}<pre>", quotes=True) == (TraceKind.PHP,)
    assert traces(f"<pre><code>{warning}</code>{warning}", quotes=True) == ()


def test_several_kinds_are_told_once_each() -> None:
    both = SHOWN["a warning of PHP"][0] * 2 + SHOWN["PDO"][0]
    assert traces(both, quotes=False) == (TraceKind.PHP, TraceKind.DATABASE)


PIECES = st.sampled_from([html for html, _ in SHOWN.values()] + ["<", ">", "<pre>", "</pre>", "&"])


@given(st.text() | st.lists(PIECES, max_size=5).map("".join), st.booleans())
def test_any_text_is_read(html: str, quotes: bool) -> None:
    traces(html, quotes)


HOSTILE = [
    "/", "(/", " in /x", " /a.php:1", "at System.", "vendor/symfony/", 'File "', "ERROR: a ",
    "error '80004005'", "<", "<a ", "<!--", "<pre>", "&#", "\n", "=/", "@/", "=/.php",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_page_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    assert_linear(partial(traces, quotes=False), piece)


@pytest.mark.parametrize("piece", ["<pre>", "</pre>", "<pre></pre>", "<code"])
def test_quotations_of_twice_the_length_take_twice_the_steps(piece: str) -> None:
    assert_linear(partial(traces, quotes=True), piece)
