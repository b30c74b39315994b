"""The field's words as frozen types. Standard library only; every stage takes and returns these.

All offsets count Unicode code points of a source's kept text, start inclusive, end exclusive.
"""

from themes.domain.codebook import Code, Codebook, CodeId
from themes.domain.decisions import (
    Coding,
    Decision,
    ThemeAct,
    ThemeChange,
    ThemeDecision,
    ThemeStatus,
    Verdict,
)
from themes.domain.findings import CandidateTheme, Cover, Estimate, Granularity, Suggestion, ThemeCode, ThemeId
from themes.domain.sources import (
    MANDATE,
    PATH_SEPARATOR,
    TALK,
    UNSPECIFIED,
    Mission,
    Participant,
    Period,
    Segment,
    SegmentId,
    Source,
    SourceId,
    SourceKind,
    Tier,
    Turn,
    TurnRole,
    ancestors,
)
from themes.domain.study import ColumnMap, SourceRow, Study
from themes.domain.work import Problem, Progress, Severity, checksum, no_progress

__all__ = [
    "MANDATE",
    "PATH_SEPARATOR",
    "TALK",
    "UNSPECIFIED",
    "CandidateTheme",
    "Code",
    "CodeId",
    "Codebook",
    "Coding",
    "ColumnMap",
    "Cover",
    "Decision",
    "Estimate",
    "Granularity",
    "Mission",
    "Participant",
    "Period",
    "Problem",
    "Progress",
    "Segment",
    "SegmentId",
    "Severity",
    "Source",
    "SourceId",
    "SourceKind",
    "SourceRow",
    "Study",
    "Suggestion",
    "ThemeAct",
    "ThemeChange",
    "ThemeCode",
    "ThemeDecision",
    "ThemeId",
    "ThemeStatus",
    "Tier",
    "Turn",
    "TurnRole",
    "Verdict",
    "ancestors",
    "checksum",
    "no_progress",
]
