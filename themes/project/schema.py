"""The tables of the project file, and the list of migrations that made them."""

from __future__ import annotations

from themes.domain import (
    CandidateTheme,
    Code,
    PredictionSet,
    Problem,
    Segment,
    Source,
    Suggestion,
    ThemeChange,
    ThemeCode,
)

APPLICATION_ID = 0x7468656D
"""What `file` and SQLite tell the project file by: `them` in ASCII."""

MIGRATIONS = (
    """
    CREATE TABLE sources (
        id TEXT PRIMARY KEY, file TEXT, kind TEXT, text TEXT, turns JSON, title TEXT, pseudonym TEXT, actor_group TEXT,
        missions JSON, day TEXT, periods JSON, language TEXT, tier TEXT, symbol TEXT, checksum TEXT,
        voices JSON
    );
    CREATE TABLE segments (
        id TEXT PRIMARY KEY, source TEXT REFERENCES sources (id), start INTEGER, end INTEGER, turn INTEGER, kind TEXT,
        speaker TEXT, participant TEXT, actor_group TEXT, mission TEXT, mission_basis TEXT, period TEXT,
        period_basis TEXT, number TEXT
    );
    CREATE TABLE codes (
        id TEXT PRIMARY KEY, name TEXT, parent TEXT, definition TEXT, use_when TEXT, not_when TEXT, examples JSON
    );
    CREATE TABLE themes (id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON);
    CREATE TABLE theme_codes (
        theme TEXT REFERENCES themes (id), code TEXT, rank INTEGER, coverage REAL, score REAL, verdict TEXT
    );
    CREATE TABLE suggestions (
        segment TEXT REFERENCES segments (id), code TEXT, rank INTEGER, score REAL, semantic REAL, lexical REAL,
        words JSON, example TEXT, PRIMARY KEY (segment, rank)
    );
    CREATE TABLE places (segment TEXT PRIMARY KEY REFERENCES segments (id), x REAL, y REAL);
    CREATE TABLE problems (severity TEXT, "where" TEXT, problem TEXT, remedy TEXT);
    CREATE TABLE entries (file TEXT PRIMARY KEY, fingerprint TEXT, sources JSON, problems JSON);
    CREATE TABLE fingerprints (stage TEXT PRIMARY KEY, fingerprint TEXT);
    CREATE TABLE provenance (position INTEGER PRIMARY KEY, label TEXT, value TEXT);
    CREATE TABLE runs (id INTEGER PRIMARY KEY, at TEXT, version TEXT, seconds REAL, stages JSON);
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, coder TEXT NOT NULL, verdict TEXT NOT NULL,
        segment TEXT NOT NULL, code TEXT, undoes INTEGER REFERENCES decisions (id), batch TEXT NOT NULL,
        source TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, key TEXT UNIQUE
    );
    CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    """,
    """
    ALTER TABLE themes ADD COLUMN borderline JSON DEFAULT '[]';
    ALTER TABLE themes ADD COLUMN stability REAL DEFAULT 0;
    ALTER TABLE themes ADD COLUMN one_voice TEXT DEFAULT '';
    ALTER TABLE themes ADD COLUMN granularity TEXT DEFAULT 'middle';
    ALTER TABLE themes ADD COLUMN parent TEXT;
    ALTER TABLE themes ADD COLUMN name TEXT DEFAULT '';
    CREATE TABLE hierarchy (
        id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON, borderline JSON,
        stability REAL, one_voice TEXT, granularity TEXT, parent TEXT, name TEXT
    );
    """,
    """
    CREATE TABLE found (
        id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON, borderline JSON,
        stability REAL, one_voice TEXT, granularity TEXT, parent TEXT, name TEXT
    );
    INSERT INTO found (id, terms, segments, membership, exemplars, borderline, stability, one_voice, granularity,
        parent, name)
        SELECT id, terms, segments, membership, exemplars, borderline, stability, one_voice, granularity, parent, name
        FROM themes ORDER BY rowid;
    CREATE TABLE kept (
        id TEXT PRIMARY KEY, terms JSON, segments JSON, membership JSON, exemplars JSON, borderline JSON,
        stability REAL, one_voice TEXT, granularity TEXT, parent TEXT, name TEXT
    );
    CREATE TABLE changes (
        theme TEXT PRIMARY KEY, label TEXT, status TEXT, before INTEGER, after INTEGER, common INTEGER, overlap REAL,
        went_to JSON
    );
    CREATE TABLE theme_numbers (highest INTEGER NOT NULL);
    CREATE TABLE theme_decisions (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL, act TEXT NOT NULL, themes JSON NOT NULL,
        name TEXT NOT NULL, memo TEXT NOT NULL, parts JSON NOT NULL, undoes INTEGER REFERENCES theme_decisions (id),
        key TEXT UNIQUE
    );
    CREATE TRIGGER theme_decisions_are_not_changed BEFORE UPDATE ON theme_decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER theme_decisions_are_not_deleted BEFORE DELETE ON theme_decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER theme_decisions_share_their_numbers BEFORE INSERT ON theme_decisions
        WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    CREATE TRIGGER decisions_share_their_numbers BEFORE INSERT ON decisions
        WHEN EXISTS (SELECT 1 FROM theme_decisions WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    """,
    """
    ALTER TABLE suggestions ADD COLUMN learned REAL DEFAULT 0;
    ALTER TABLE suggestions ADD COLUMN accepted JSON DEFAULT '[]';
    ALTER TABLE suggestions ADD COLUMN rejected JSON DEFAULT '[]';
    ALTER TABLE suggestions ADD COLUMN stops_at TEXT;
    ALTER TABLE suggestions ADD COLUMN parent_score REAL DEFAULT 0;
    CREATE TABLE prediction_sets (
        segment TEXT PRIMARY KEY REFERENCES segments (id), none_score REAL, promised INTEGER, codes JSON, none INTEGER
    );
    """,
    """
    ALTER TABLE prediction_sets ADD COLUMN doubt REAL DEFAULT 0;
    ALTER TABLE prediction_sets ADD COLUMN conflict REAL DEFAULT 0;
    ALTER TABLE decisions ADD COLUMN step TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN shown TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN suggested TEXT;
    ALTER TABLE decisions ADD COLUMN score REAL;
    ALTER TABLE decisions ADD COLUMN bounds JSON;
    ALTER TABLE theme_decisions ADD COLUMN step TEXT NOT NULL DEFAULT '';
    CREATE TABLE base_codes (
        id TEXT PRIMARY KEY, name TEXT, parent TEXT, definition TEXT, use_when TEXT, not_when TEXT, examples JSON
    );
    INSERT INTO base_codes (id, name, parent, definition, use_when, not_when, examples)
        SELECT id, name, parent, definition, use_when, not_when, examples FROM codes ORDER BY rowid;
    CREATE TABLE codebook_edits (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL, act TEXT NOT NULL, codes JSON NOT NULL,
        made JSON NOT NULL, reason TEXT NOT NULL, undoes INTEGER REFERENCES codebook_edits (id), step TEXT NOT NULL,
        key TEXT UNIQUE
    );
    CREATE TRIGGER codebook_edits_are_not_changed BEFORE UPDATE ON codebook_edits
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER codebook_edits_are_not_deleted BEFORE DELETE ON codebook_edits
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TABLE memos (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        text TEXT NOT NULL, undoes INTEGER REFERENCES memos (id), step TEXT NOT NULL, key TEXT UNIQUE
    );
    CREATE TRIGGER memos_are_not_changed BEFORE UPDATE ON memos
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE TRIGGER memos_are_not_deleted BEFORE DELETE ON memos
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END;
    CREATE VIEW log_numbers AS SELECT id FROM decisions UNION ALL SELECT id FROM theme_decisions
        UNION ALL SELECT id FROM codebook_edits UNION ALL SELECT id FROM memos;
    DROP TRIGGER theme_decisions_share_their_numbers;
    DROP TRIGGER decisions_share_their_numbers;
    CREATE TRIGGER decisions_share_their_numbers BEFORE INSERT ON decisions
        WHEN EXISTS (SELECT 1 FROM log_numbers WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    CREATE TRIGGER theme_decisions_share_their_numbers BEFORE INSERT ON theme_decisions
        WHEN EXISTS (SELECT 1 FROM log_numbers WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    CREATE TRIGGER codebook_edits_share_their_numbers BEFORE INSERT ON codebook_edits
        WHEN EXISTS (SELECT 1 FROM log_numbers WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    CREATE TRIGGER memos_share_their_numbers BEFORE INSERT ON memos
        WHEN EXISTS (SELECT 1 FROM log_numbers WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'a number of the log is given once'); END;
    CREATE TABLE draws (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, coder TEXT NOT NULL, batch INTEGER NOT NULL,
        segment TEXT NOT NULL, why TEXT NOT NULL, blind INTEGER NOT NULL, chance REAL, stratum TEXT NOT NULL,
        open INTEGER NOT NULL, seed INTEGER NOT NULL, after INTEGER NOT NULL
    );
    CREATE INDEX draws_by_coder ON draws (coder, batch);
    CREATE TRIGGER draws_are_not_changed BEFORE UPDATE ON draws
        BEGIN SELECT RAISE(ABORT, 'the record of draws only grows'); END;
    CREATE TRIGGER draws_are_not_deleted BEFORE DELETE ON draws
        BEGIN SELECT RAISE(ABORT, 'the record of draws only grows'); END;
    CREATE TABLE accounts (
        name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password TEXT NOT NULL,
        at TEXT NOT NULL, closed INTEGER NOT NULL
    );
    CREATE TABLE invitations (
        token TEXT PRIMARY KEY, role TEXT NOT NULL, made_by TEXT NOT NULL, at TEXT NOT NULL, expires TEXT NOT NULL,
        account TEXT NOT NULL, used_by TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE audits (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, coder TEXT NOT NULL, codes JSON NOT NULL,
        share REAL NOT NULL, evenly REAL NOT NULL, seed INTEGER NOT NULL, after INTEGER NOT NULL,
        extends INTEGER UNIQUE REFERENCES audits (id)
    );
    CREATE TABLE audited (
        audit INTEGER NOT NULL REFERENCES audits (id), segment TEXT NOT NULL, chance REAL NOT NULL, place INTEGER,
        coded INTEGER NOT NULL, scores JSON NOT NULL, rest REAL NOT NULL, PRIMARY KEY (audit, segment)
    );
    CREATE TRIGGER audits_are_not_changed BEFORE UPDATE ON audits
        BEGIN SELECT RAISE(ABORT, 'the record of audits only grows'); END;
    CREATE TRIGGER audits_are_not_deleted BEFORE DELETE ON audits
        BEGIN SELECT RAISE(ABORT, 'the record of audits only grows'); END;
    CREATE TRIGGER audited_are_not_changed BEFORE UPDATE ON audited
        BEGIN SELECT RAISE(ABORT, 'the record of audits only grows'); END;
    CREATE TRIGGER audited_are_not_deleted BEFORE DELETE ON audited
        BEGIN SELECT RAISE(ABORT, 'the record of audits only grows'); END;
    """,
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, coder TEXT NOT NULL, file TEXT NOT NULL,
        checksum TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, exchanged TEXT NOT NULL, sources JSON NOT NULL,
        codes JSON NOT NULL, users JSON NOT NULL, after INTEGER NOT NULL
    );
    CREATE TABLE imported (
        import INTEGER NOT NULL REFERENCES imports (id), part TEXT NOT NULL, entry INTEGER NOT NULL
    );
    CREATE INDEX imported_by_import ON imported (import);
    CREATE TRIGGER imports_are_not_changed BEFORE UPDATE ON imports
        BEGIN SELECT RAISE(ABORT, 'the record of imports only grows'); END;
    CREATE TRIGGER imports_are_not_deleted BEFORE DELETE ON imports
        BEGIN SELECT RAISE(ABORT, 'the record of imports only grows'); END;
    CREATE TRIGGER imported_are_not_changed BEFORE UPDATE ON imported
        BEGIN SELECT RAISE(ABORT, 'the record of imports only grows'); END;
    CREATE TRIGGER imported_are_not_deleted BEFORE DELETE ON imported
        BEGIN SELECT RAISE(ABORT, 'the record of imports only grows'); END;
    """,
)
"""One script per version of the schema, applied in order; a published one is never changed."""

MADE: tuple[tuple[str, type], ...] = (
    ("sources", Source),
    ("segments", Segment),
    ("codes", Code),
    ("base_codes", Code),
    ("themes", CandidateTheme),
    ("hierarchy", CandidateTheme),
    ("found", CandidateTheme),
    ("kept", CandidateTheme),
    ("changes", ThemeChange),
    ("theme_codes", ThemeCode),
    ("suggestions", Suggestion),
    ("prediction_sets", PredictionSet),
    ("problems", Problem),
)
"""The tables that each hold one type, in an order that satisfies their references."""
