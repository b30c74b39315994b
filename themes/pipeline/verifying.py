"""Whether the tables of a report are what its study gives now: they are made again beside it and compared."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from themes import config
from themes.errors import StudyError
from themes.ingest import read_study
from themes.pipeline import REPORT, conclude, for_audience
from themes.pipeline.diary import Diary, Watch, nobody
from themes.pipeline.inputs import PRESET
from themes.pipeline.stages import CACHE
from themes.project import FILE_NAME, Project, must_have_run
from themes.report.reproduction import RUN, TABLES, Verdict, verdicts


@dataclass(frozen=True, slots=True)
class Verified:
    """The tables of a report, each with whether it is what would be written now."""

    study: str
    tables: tuple[Verdict, ...]

    @property
    def same(self) -> bool:
        """Whether all of them are."""
        return all(one.same for one in self.tables)


def verify(folder: Path, watch: Watch = nobody, audience: str | None = None) -> Verified:
    """Each table made again from the project as it stands, and compared with what lies in the report; changes nothing.

    `audience` is for whom the report was written, where it is not the option `report.audience`. The work is done on a
    copy of the project file, in a folder for the owner alone that is gone afterwards. StudyError before the first run,
    or where there is no report.
    """
    study = read_study(folder)
    must_have_run(folder)
    if not (folder / REPORT / TABLES).is_dir():
        raise StudyError("This study has no report yet.", f"Run `themes report {folder}` first.", str(folder))
    with TemporaryDirectory(prefix="themes-") as made:
        beside = Path(made)
        with Project(folder / FILE_NAME, read_only=True) as project:
            preset = project.provenance().get(PRESET)
            project.back_up(beside / FILE_NAME)
        options = for_audience(config.load(study, preset), audience)
        with suppress(OSError):  # without it vectors are made anew where they are needed, which is seldom
            (beside / CACHE).symlink_to((folder / CACHE).resolve(), target_is_directory=True)
        again = replace(study, folder=beside, preset=preset or study.preset)
        with Project(beside / FILE_NAME) as copy:
            conclude(again, options, copy, Diary(watch), anew=True)
        return Verified(study.title, verdicts(_files(folder / REPORT), _files(beside / REPORT)))


def _files(report: Path) -> Mapping[str, bytes]:
    """run.json and the tables of a report, by their names in it, as far as they are there."""
    paths = [report / RUN, *sorted((report / TABLES).glob("*"))]
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in paths if path.is_file()}
