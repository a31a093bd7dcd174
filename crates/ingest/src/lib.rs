//! Import: from files on disk or in staging to a commit.
