//! Tables of access.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index};
use crate::tables::NewTables;

/// Tables of access.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0001_access",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &[
    "users",
    "sessions",
    "workspaces",
    "members",
    "api_tokens",
    "idempotency_keys",
];

fn tables() -> Vec<TableCreateStatement> {
    vec![
        user(),
        session(),
        workspace(),
        member(),
        api_token(),
        idempotency_key(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("sessions", &["user_id"]),
        index("members", &["user_id"]),
        index("api_tokens", &["workspace_id", "user_id"]),
        index("idempotency_keys", &["created_at"]),
    ]
}

fn user() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("users")
        .col(uuid("id"))
        .col(text_uniq("email"))
        .col(text("name"))
        .col(text("password_hash"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("disabled_at"));
    table.primary_key(Index::create().col("id"));
    table
}

fn session() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("sessions")
        .col(text("token_hash"))
        .col(uuid("user_id"))
        .col(text("csrf_token"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"));
    table.primary_key(Index::create().col("token_hash"));
    foreign_key(&mut table, "sessions", "user_id", "users");
    table
}

fn workspace() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("workspaces")
        .col(uuid("id"))
        .col(text_uniq("slug"))
        .col(text("name"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    table
}

fn member() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("members")
        .col(uuid("workspace_id"))
        .col(uuid("user_id"))
        .col(text("role"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("workspace_id").col("user_id"));
    foreign_key(&mut table, "members", "workspace_id", "workspaces");
    foreign_key(&mut table, "members", "user_id", "users");
    table
}

fn api_token() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("api_tokens")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("role"))
        .col(text_uniq("token_hash"))
        .col(text("prefix"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "api_tokens", "workspace_id", "workspaces");
    foreign_key(&mut table, "api_tokens", "user_id", "users");
    table
}

fn idempotency_key() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("idempotency_keys")
        .col(uuid("user_id"))
        .col(text("key"))
        .col(text("method"))
        .col(text("path"))
        .col(text("request_hash"))
        .col(integer("status"))
        .col(json_binary("response"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("user_id").col("key"));
    foreign_key(&mut table, "idempotency_keys", "user_id", "users");
    table
}
