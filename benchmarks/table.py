"""The figures as Markdown: what each tool costs, and what that amounts to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Cost
from benchmarks.servers import SERVERS
from benchmarks.tools import OURS_2, OURS_5, SSLYZE_1, SSLYZE_5

Figures = Mapping[tuple[str, str, str], Cost | str]
"""Costs by tool, server and link; a text stands for a run that failed."""

_BEGIN, _END = "<!-- bench-tls: begin -->", "<!-- bench-tls: end -->"


def costs(figures: Figures, server: str, links: Sequence[str]) -> str:
    """Return a row for each tool, with what its look at one server costs."""
    walls = [f"wall, {link}" for link in links]
    head = ["tool", "connections", *walls, f"the look alone, {links[-1]}", f"CPU, {links[0]}"]
    tools = dict.fromkeys(tool for tool, _, _ in figures)
    return _rows(
        head, [_row(tool, [figures[tool, server, link] for link in links]) for tool in tools]
    )


def _row(tool: str, cells: Sequence[Cost | str]) -> list[str]:
    walls = [f"{cell.wall:.2f} s" if isinstance(cell, Cost) else "failed" for cell in cells]
    first, last = cells[0], cells[-1]
    if isinstance(first, str) or isinstance(last, str):
        return [tool, "–", *walls, "–", "–"]
    look = "–" if last.look is None else f"{last.look:.2f} s"
    return [tool, f"{first.connections:.0f}", *walls, look, f"{first.cpu:.2f} s"]


def bars(figures: Figures, link: str, cpu_a_host: float | None) -> str:
    """Return what secscan is to reach, beside what it reached over a link."""
    rows = [
        ["connections, A", _connections(figures, "A", link), "at most 35"],
        ["connections, B", _connections(figures, "B", link), "at most 100"],
    ]
    for theirs, ours, bar in ((SSLYZE_5, OURS_2, 6), (SSLYZE_1, OURS_2, 15), (SSLYZE_5, OURS_5, 8)):
        faster = "; ".join(_faster(figures, theirs, ours, server, link) for server in SERVERS)
        rows.append([f"{ours}, beside {theirs}", faster, f"at least {bar} times faster"])
    cpu = "–" if cpu_a_host is None else f"{cpu_a_host * 1000:.0f} ms"
    rows.append(["CPU a host inside a running scan", cpu, "under 60 ms"])
    return _rows([f"secscan, at {link}", "measured", "bar"], rows)


def _connections(figures: Figures, server: str, link: str) -> str:
    cost = figures[OURS_2, server, link]
    return f"{cost.connections:.0f}" if isinstance(cost, Cost) else "–"


def _faster(figures: Figures, theirs: str, ours: str, server: str, link: str) -> str:
    """Return how many times faster a look is, and the whole process with its start."""
    slow, quick = figures[theirs, server, link], figures[ours, server, link]
    if isinstance(slow, str) or isinstance(quick, str):
        return f"{server} –"
    whole = f"{slow.wall / quick.wall:.1f} with the program's start"
    if slow.look is None or quick.look is None:
        return f"{server} {whole}"
    return f"{server} {slow.look / quick.look:.1f} ({whole})"


def _rows(head: list[str], rows: list[list[str]]) -> str:
    line = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, line, *rows])


def write(text: str, page: Path) -> None:
    """Put a text between the markers of a page."""
    before, rest = page.read_text("utf-8").split(_BEGIN)
    _, after = rest.split(_END)
    page.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", "utf-8")
