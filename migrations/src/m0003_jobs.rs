//! Tables of jobs.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index};
use crate::tables::NewTables;

/// Tables of jobs.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0003_jobs",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &["jobs", "job_logs", "import_issues"];

fn tables() -> Vec<TableCreateStatement> {
    vec![job(), job_log(), import_issue()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("jobs", &["queue", "state", "run_at"]),
        index("jobs", &["workspace_id", "created_at"]),
    ]
}

fn job() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("jobs")
        .col(uuid("id"))
        .col(uuid_null("workspace_id"))
        .col(text("queue"))
        .col(text("kind"))
        .col(json_binary("payload"))
        .col(text("state"))
        .col(integer("attempts"))
        .col(integer("max_attempts"))
        .col(timestamp_with_time_zone("run_at"))
        .col(text_null("lease_owner"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(boolean("cancel_requested"))
        .col(big_integer("progress_done"))
        .col(big_integer_null("progress_total"))
        .col(text("message"))
        .col(json_binary_null("error"))
        .col(json_binary_null("result"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "jobs", "workspace_id", "workspaces");
    foreign_key(&mut table, "jobs", "created_by", "users");
    table
}

fn job_log() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("job_logs")
        .col(uuid("job_id"))
        .col(integer("seq"))
        .col(timestamp_with_time_zone("at"))
        .col(text("level"))
        .col(text("text"));
    table.primary_key(Index::create().col("job_id").col("seq"));
    foreign_key(&mut table, "job_logs", "job_id", "jobs");
    table
}

fn import_issue() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("import_issues")
        .col(uuid("job_id"))
        .col(integer("seq"))
        .col(text("path"))
        .col(text_null("place"))
        .col(text("code"))
        .col(text("message"));
    table.primary_key(Index::create().col("job_id").col("seq"));
    foreign_key(&mut table, "import_issues", "job_id", "jobs");
    table
}
