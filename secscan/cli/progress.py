"""The progress bar of long work: done, in flight, failed, time left."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from secscan.locale import Words
from secscan.scan import Progress
from secscan.terminal import console


@contextmanager
def shown_progress(progress: Progress, told: Words) -> Iterator[None]:
    """Show the progress on standard error while the block runs; off a terminal, only its end."""
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}", markup=False),
        TimeRemainingColumn(compact=True),
    )
    with Bar(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task("", total=progress.total, state="")

        def update() -> None:
            state = told.text(
                "in flight {in_flight}, without index {failed}",
                in_flight=len(progress.in_flight),
                failed=progress.failed,
            )
            bar.update(task, completed=progress.done, state=state)

        progress.changed = update
        update()
        yield
