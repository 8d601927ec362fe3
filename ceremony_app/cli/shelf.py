"""What the start screen can do: answers come from a thread, and nothing heavy is imported before it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ceremony_app import __version__
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Observation
from ceremony_app.core.rules import Refused
from ceremony_app.core.values import Mode
from ceremony_app.ui.shelf import Interrupted, Offer, Opened, Told

if TYPE_CHECKING:
    from ceremony_app.conductor import Conductor
    from ceremony_app.record.process import PdfMaker

T = TypeVar("T")


class ProgramShelf:
    """The shelf of this program (`ui.shelf.Shelf`). Ceremonies are looked for below the present folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")
        self._maker: PdfMaker | None = None

    @property
    def version(self) -> str:
        """The program's version."""
        return __version__

    def clock(self) -> dt.datetime:
        """The time, in UTC."""
        from ceremony_app.station.clock import SystemClock

        return SystemClock().utc()

    def offers(self) -> tuple[Offer, ...]:
        """The shipped definitions, by the title that their files begin with."""
        import tomllib

        from ceremony_app.definition.shelf import resources

        return tuple(
            Offer(id=path.stem, title=str(tomllib.loads(path.read_text(encoding="utf-8"))["title"]))
            for path in sorted((resources() / "ceremonies").glob("*.toml"))
        )

    def interrupted(self) -> tuple[Interrupted, ...]:
        """Unfinished ceremonies below the present folder, the latest first."""
        from ceremony_app.cli.interrupted import interrupted_below

        return interrupted_below(self._home)

    def new_folder(self) -> str:
        """A folder that a rehearsal could use."""
        return str(self._home / "rehearsals" / self.clock().strftime("%Y%m%dT%H%M%SZ"))

    def observe(self) -> Future[tuple[Observation, ...]]:
        """What can be seen of this workstation now."""

        def look() -> tuple[Observation, ...]:
            from ceremony_app.cli.program import PACKAGE
            from ceremony_app.station.observe import Station

            return Station(folder=self._home, package=PACKAGE).observe()

        return self._thread.submit(look)

    def resume(self, folder: str) -> Future[Opened | Refused]:
        """Take up an unfinished ceremony."""

        def take_up() -> Opened:
            from ceremony_app.cli.running import take_up_folder

            return self._opened(take_up_folder(Path(folder), self._press()))

        return self._ask(take_up)

    def rehearse(self, definition: str, folder: str) -> Future[Opened | Refused]:
        """Begin a rehearsal."""

        def begin() -> Opened:
            from ceremony_app.cli.inputs import inputs_of
            from ceremony_app.cli.loading import load_all
            from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
            from ceremony_app.conductor import Reviewed

            loaded = load_all(definition, None)
            wanted = Wanted(
                reviewed=Reviewed(loaded.ceremony, loaded.policy, b""),
                definition=loaded.definition,
                folder=Path(folder),
                unattended=False,
                inputs=inputs_of((), loaded.definition),
            )
            return self._opened(begin_rehearsal(wanted, self._press()))

        return self._ask(begin)

    def run(self, definition: str, binding: str, folder: str) -> Future[Opened | Refused]:
        """Begin a production ceremony."""

        def begin() -> Opened:
            from ceremony_app.cli.inputs import inputs_of
            from ceremony_app.cli.loading import load_all
            from ceremony_app.cli.running import begin_production

            loaded = load_all(definition, binding)
            inputs = inputs_of((), loaded.definition)
            return self._opened(begin_production(loaded, Path(folder), self._press(), inputs))

        return self._ask(begin)

    def check(self, definition: str, binding: str) -> Future[Told | Refused]:
        """Is the definition fit to be held?"""

        def look() -> Told:
            from ceremony_app.cli.checking import fitness_of

            loaded, fitness = fitness_of(definition, binding or None)
            rows = [(digest, name) for name, digest in loaded.digests.items()]
            rows += [(f"{'unfit' if n.unfit else 'note'} {n.rule} {n.where}", n.what) for n in fitness.notes]
            title = "Fit to be held" if fitness.fit else "Not fit to be held"
            return Told(title=f"{title}: {loaded.definition.title}", good=fitness.fit, rows=tuple(rows))

        return self._ask(look)

    def script(self, definition: str, binding: str, destination: str) -> Future[Told | Refused]:
        """Make the script as a PDF."""

        def make() -> Told:
            from ceremony_app.cli.checking import write_script

            size = write_script(definition, binding or None, Path(destination), "A4", self._press())
            return Told(title="The script is made", good=True, rows=((destination, f"{size} bytes"),))

        return self._ask(make)

    def verify(self, path: str) -> Future[Told | Refused]:
        """Check a finished folder or record."""

        def judge() -> Told:
            from ceremony_app.cli.verifying import judge_folder

            verdict = judge_folder(Path(path))
            rows = [(f"{f.rule} {f.where}", f.what) for f in verdict.findings]
            rows += [("for a person", line) for line in verdict.for_a_person]
            good = verdict.verdict == "consistent"
            return Told(title=f"{verdict.verdict.upper()}: {verdict.entries} entries", good=good, rows=tuple(rows))

        return self._ask(judge)

    def close(self) -> None:
        """End the thread and the PDF worker."""
        self._thread.shutdown(wait=True)
        if self._maker is not None:
            self._maker.close()

    def _ask(self, work: Callable[[], T]) -> Future[T | Refused]:
        """Do something on the shelf's thread; a refusal is an answer."""

        def answer() -> T | Refused:
            try:
                return work()
            except Refusal as refusal:
                return Refused(refusal.rule, refusal.why, refusal.what_to_do)

        return self._thread.submit(answer)

    def _press(self) -> PdfMaker:
        """The PDF worker, started when it is first needed."""
        from ceremony_app.record.process import PdfMaker

        if self._maker is None:
            self._maker = PdfMaker()
            self._maker.start()
        return self._maker

    def _opened(self, conductor: Conductor) -> Opened:
        """An open ceremony as the window takes it, with the simulated people of a rehearsal."""
        from ceremony_app.cli.cast import FolderCast
        from ceremony_app.cli.window import seen_now

        rehearsal = conductor.state().mode is Mode.REHEARSAL
        cast = FolderCast(conductor.folder, conductor.plan.binding) if rehearsal else None
        return Opened(desk=conductor, station=seen_now(conductor.folder), cast=cast)
