//! Who calls: from a session cookie or an API token to a person, and to a member of a workspace.

use std::future::{Ready, ready};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use api_types::ErrorCode;
use api_types::access::Role;
use chrono::{DateTime, TimeDelta, Utc};
use db::entity::{api_token, member as member_row, session, user, workspace};
use db::environment::now;
use ids::Hash;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
};
use uuid::Uuid;

use crate::problem::Problem;

/// The cookie that holds the session.
pub const SESSION_COOKIE: &str = "strata_session";
/// What every API token begins with.
pub const TOKEN_PREFIX: &str = "strata_";

/// The address of the matched route, as in the OpenAPI document; for metrics.
#[derive(Clone, Debug)]
pub struct RoutePattern(pub String);

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub user_id: Uuid,
    /// The address.
    pub email: String,
    /// What others see.
    pub name: String,
    /// The session's CSRF token; None when a token was used.
    pub csrf_token: Option<String>,
    /// The workspace and role an API token is good for; None for a session.
    pub token: Option<TokenScope>,
}

/// What an API token is good for.
#[derive(Clone, Copy, Debug)]
pub struct TokenScope {
    /// The only workspace it opens.
    pub workspace_id: Uuid,
    /// At most what it may do there.
    pub role: Role,
}

/// A caller in the workspace of the address. Only routes with a workspace policy have one.
#[derive(Clone, Debug)]
pub struct Member {
    /// The workspace; part of every query.
    pub workspace_id: Uuid,
    /// The workspace's name in addresses and in the store.
    pub slug: String,
    /// What the caller may do here, with the token's cap applied.
    pub role: Role,
    /// Who it is.
    pub user_id: Uuid,
    /// The address: the author of commits.
    pub email: String,
}

/// The wire role of a row's role.
#[must_use]
pub const fn role_of(role: db::entity::Role) -> Role {
    match role {
        db::entity::Role::Viewer => Role::Viewer,
        db::entity::Role::Annotator => Role::Annotator,
        db::entity::Role::Reviewer => Role::Reviewer,
        db::entity::Role::Manager => Role::Manager,
        db::entity::Role::Owner => Role::Owner,
    }
}

/// The row role of a wire role.
#[must_use]
pub const fn role_row(role: Role) -> db::entity::Role {
    match role {
        Role::Viewer => db::entity::Role::Viewer,
        Role::Annotator => db::entity::Role::Annotator,
        Role::Reviewer => db::entity::Role::Reviewer,
        Role::Manager => db::entity::Role::Manager,
        Role::Owner => db::entity::Role::Owner,
    }
}

/// The role's word.
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Annotator => "annotator",
        Role::Reviewer => "reviewer",
        Role::Manager => "manager",
        Role::Owner => "owner",
    }
}

/// What is stored of a secret.
#[must_use]
pub fn stored_hash(secret: &str) -> String {
    Hash::derive("strata 2026 secret", secret.as_bytes()).to_string()
}

fn not_signed_in(detail: &str) -> Problem {
    Problem::new(ErrorCode::NotSignedIn, detail)
}

/// Finds out who calls.
///
/// # Errors
/// `not_signed_in` when nobody who is known.
pub async fn authenticate(
    database: &DatabaseConnection,
    request: &ServiceRequest,
) -> Result<Caller, Problem> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let secret = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        let secret =
            secret.ok_or_else(|| not_signed_in("the Authorization header is not Bearer"))?;
        return by_token(database, secret.trim()).await;
    }
    let cookie = request
        .cookie(SESSION_COOKIE)
        .ok_or_else(|| not_signed_in("no session cookie and no token came with the request"))?;
    by_session(database, cookie.value()).await
}

async fn by_session(database: &DatabaseConnection, secret: &str) -> Result<Caller, Problem> {
    let (row, person) = session::Entity::find_by_id(stored_hash(secret))
        .filter(session::Column::ExpiresAt.gt(now()))
        .join(JoinType::InnerJoin, user_of_session())
        .select_also(user::Entity)
        .one(database)
        .await?
        .ok_or_else(|| not_signed_in("the session has ended"))?;
    Ok(caller(active(person)?, Some(row.csrf_token), None))
}

async fn by_token(database: &DatabaseConnection, secret: &str) -> Result<Caller, Problem> {
    let now = now();
    let (row, person) = api_token::Entity::find()
        .filter(api_token::Column::TokenHash.eq(stored_hash(secret)))
        .filter(api_token::Column::RevokedAt.is_null())
        .join(JoinType::InnerJoin, user_of_token())
        .select_also(user::Entity)
        .one(database)
        .await?
        .filter(|(row, _)| row.expires_at.is_none_or(|end| end > now))
        .ok_or_else(|| not_signed_in("the token is unknown, revoked or has ended"))?;
    let person = active(person)?;
    note_use(database, &row, now).await?;
    let scope = TokenScope {
        workspace_id: row.workspace_id,
        role: role_of(row.role),
    };
    Ok(caller(person, None, Some(scope)))
}

/// Remembers when the token was last used, at most once a minute, so that reads stay reads.
async fn note_use(
    database: &DatabaseConnection,
    row: &api_token::Model,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    if row
        .last_used_at
        .is_some_and(|at| now - at < TimeDelta::minutes(1))
    {
        return Ok(());
    }
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
        .filter(api_token::Column::Id.eq(row.id))
        .exec(database)
        .await?;
    Ok(())
}

fn active(person: Option<user::Model>) -> Result<user::Model, Problem> {
    person
        .filter(|person| person.disabled_at.is_none())
        .ok_or_else(|| not_signed_in("the account is closed"))
}

fn user_of_session() -> RelationDef {
    session::Entity::belongs_to(user::Entity)
        .from(session::Column::UserId)
        .to(user::Column::Id)
        .into()
}

fn user_of_token() -> RelationDef {
    api_token::Entity::belongs_to(user::Entity)
        .from(api_token::Column::UserId)
        .to(user::Column::Id)
        .into()
}

fn workspace_of_member() -> RelationDef {
    member_row::Entity::belongs_to(workspace::Entity)
        .from(member_row::Column::WorkspaceId)
        .to(workspace::Column::Id)
        .into()
}

fn caller(person: user::Model, csrf_token: Option<String>, token: Option<TokenScope>) -> Caller {
    Caller {
        user_id: person.id,
        email: person.email,
        name: person.name,
        csrf_token,
        token,
    }
}

/// The caller as a member of the workspace `slug`.
///
/// # Errors
/// `not_found` when there is no such workspace for this caller.
pub async fn member(
    database: &DatabaseConnection,
    caller: &Caller,
    slug: &str,
) -> Result<Member, Problem> {
    let missing = || Problem::not_found("workspace");
    let (row, space) = member_row::Entity::find()
        .filter(member_row::Column::UserId.eq(caller.user_id))
        .join(JoinType::InnerJoin, workspace_of_member())
        .filter(workspace::Column::Slug.eq(slug))
        .select_also(workspace::Entity)
        .one(database)
        .await?
        .ok_or_else(missing)?;
    let space = space.ok_or_else(missing)?;
    let mut role = role_of(row.role);
    if let Some(scope) = caller.token {
        if scope.workspace_id != space.id {
            return Err(missing());
        }
        role = role.min(scope.role);
    }
    Ok(Member {
        workspace_id: space.id,
        slug: space.slug,
        role,
        user_id: caller.user_id,
        email: caller.email.clone(),
    })
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(from_extensions(request))
    }
}

impl FromRequest for Member {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(from_extensions(request))
    }
}

fn from_extensions<T: Clone + 'static>(request: &HttpRequest) -> Result<T, Problem> {
    let found = request.extensions().get::<T>().cloned();
    found.ok_or_else(|| Problem::internal("a handler asks for more than its route's policy gives"))
}
