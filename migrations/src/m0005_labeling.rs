//! Tables of labeling.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index, unique};
use crate::tables::NewTables;

/// Tables of labeling.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0005_labeling",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &[
    "projects",
    "tasks",
    "assignments",
    "drafts",
    "annotations",
    "reviews",
    "task_events",
    "project_commits",
];

fn tables() -> Vec<TableCreateStatement> {
    vec![
        project(),
        task(),
        assignment(),
        draft(),
        annotation(),
        review(),
        task_event(),
        project_commit(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("projects", &["workspace_id", "created_at"]),
        unique("projects", &["workspace_id", "name"]),
        unique("tasks", &["project_id", "sample_key"]),
        index("tasks", &["project_id", "state", "seq"]),
        index("tasks", &["project_id", "returned_to"]),
        index("tasks", &["workspace_id"]),
        index("assignments", &["task_id"]),
        index("assignments", &["user_id", "state"]),
        index("assignments", &["project_id", "state"]),
        index("annotations", &["task_id", "created_at"]),
        index("annotations", &["project_id", "user_id"]),
        index("reviews", &["task_id", "created_at"]),
        index("reviews", &["project_id"]),
        index("task_events", &["task_id", "at"]),
        index("task_events", &["project_id", "at"]),
        index("project_commits", &["project_id", "created_at"]),
    ]
}

fn project() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("projects")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("dataset_id"))
        .col(text("name"))
        .col(text("source_ref"))
        .col(text("source_commit"))
        .col(text("query"))
        .col(uuid("standard_version_id"))
        .col(json_binary("workflow"))
        .col(text("state"))
        .col(integer("task_count"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "projects", "workspace_id", "workspaces");
    foreign_key(&mut table, "projects", "dataset_id", "datasets");
    foreign_key(
        &mut table,
        "projects",
        "standard_version_id",
        "standard_versions",
    );
    foreign_key(&mut table, "projects", "created_by", "users");
    table
}

fn task() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("tasks")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(integer("seq"))
        .col(text("sample_key"))
        .col(text("state"))
        .col(integer("open_slots"))
        .col(big_integer("fence"))
        .col(uuid_null("annotation_id"))
        .col(boolean("returned"))
        .col(uuid_null("returned_to"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "tasks", "workspace_id", "workspaces");
    foreign_key(&mut table, "tasks", "project_id", "projects");
    table
}

fn assignment() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("assignments")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(uuid("user_id"))
        .col(text("kind"))
        .col(big_integer("fence"))
        .col(text("state"))
        .col(timestamp_with_time_zone("leased_at"))
        .col(timestamp_with_time_zone("expires_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "assignments", "workspace_id", "workspaces");
    foreign_key(&mut table, "assignments", "project_id", "projects");
    foreign_key(&mut table, "assignments", "task_id", "tasks");
    foreign_key(&mut table, "assignments", "user_id", "users");
    table
}

fn draft() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("drafts")
        .col(uuid("task_id"))
        .col(uuid("user_id"))
        .col(uuid("workspace_id"))
        .col(big_integer("fence"))
        .col(integer("revision"))
        .col(json_binary("result"))
        .col(timestamp_with_time_zone("updated_at"));
    table.primary_key(Index::create().col("task_id").col("user_id"));
    foreign_key(&mut table, "drafts", "task_id", "tasks");
    foreign_key(&mut table, "drafts", "user_id", "users");
    foreign_key(&mut table, "drafts", "workspace_id", "workspaces");
    table
}

fn annotation() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("annotations")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(uuid_null("assignment_id"))
        .col(uuid("user_id"))
        .col(uuid("standard_version_id"))
        .col(json_binary("result"))
        .col(uuid_null("prediction_id"))
        .col(boolean("prediction_changed"))
        .col(uuid_null("supersedes"))
        .col(big_integer_null("lead_time_ms"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "annotations", "workspace_id", "workspaces");
    foreign_key(&mut table, "annotations", "project_id", "projects");
    foreign_key(&mut table, "annotations", "task_id", "tasks");
    foreign_key(&mut table, "annotations", "assignment_id", "assignments");
    foreign_key(&mut table, "annotations", "user_id", "users");
    foreign_key(
        &mut table,
        "annotations",
        "standard_version_id",
        "standard_versions",
    );
    table
}

fn review() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("reviews")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(uuid("annotation_id"))
        .col(uuid("reviewer_id"))
        .col(text("decision"))
        .col(text("comment"))
        .col(uuid_null("fixed_annotation_id"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "reviews", "workspace_id", "workspaces");
    foreign_key(&mut table, "reviews", "project_id", "projects");
    foreign_key(&mut table, "reviews", "task_id", "tasks");
    foreign_key(&mut table, "reviews", "annotation_id", "annotations");
    foreign_key(&mut table, "reviews", "reviewer_id", "users");
    foreign_key(&mut table, "reviews", "fixed_annotation_id", "annotations");
    table
}

fn task_event() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("task_events")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(uuid_null("actor_id"))
        .col(text("kind"))
        .col(json_binary("payload"))
        .col(timestamp_with_time_zone("at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "task_events", "workspace_id", "workspaces");
    foreign_key(&mut table, "task_events", "project_id", "projects");
    foreign_key(&mut table, "task_events", "task_id", "tasks");
    foreign_key(&mut table, "task_events", "actor_id", "users");
    table
}

fn project_commit() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("project_commits")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(text("commit_hash"))
        .col(text("branch"))
        .col(integer("annotation_count"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "project_commits", "workspace_id", "workspaces");
    foreign_key(&mut table, "project_commits", "project_id", "projects");
    table
}
