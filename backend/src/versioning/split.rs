//! The rule by which samples come to a split: what it is, and committing another one.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get, post, web};
use api_types::ErrorCode;
use api_types::versioning::{MergeResult, SetSplitRule, SplitQuery, SplitRuleView};
use dataset::SplitRule;
use version_store::Changes;

use super::edit::Edit;
use super::landing::Landing;
use crate::datasets::{reference_or_main, resolve};
use crate::http::etag::Guarded;
use crate::http::json::said;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// The message of a commit that says nothing else.
const MESSAGE: &str = "set the rule for splits";

/// The rule of a version.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), SplitQuery),
    responses((status = 200, body = SplitRuleView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/split")]
pub async fn get_split_rule(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<SplitQuery>,
) -> Result<web::Json<SplitRuleView>, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let version = source.version().await?;
    Ok(web::Json(SplitRuleView {
        commit: source.commit,
        rule: version.split_rule().await?.cloned(),
    }))
}

/// Commits a rule to a branch, or takes it away. Samples with a split of their own keep it.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The commit the branch must be at, as \"HASH\"")
    ),
    request_body = SetSplitRule,
    responses((status = 201, body = MergeResult))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/split")]
pub async fn set_split_rule(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    guarded: Guarded,
    body: Json<SetSplitRule>,
) -> Result<HttpResponse, Problem> {
    let wanted = &body.value;
    wanted.rule.as_ref().map_or(Ok(()), checked)?;
    let source = resolve(&state, &member, &path.1, &wanted.branch).await?;
    let message = said(wanted.message.as_ref());
    let edit = Edit {
        landing: Landing {
            state: &state,
            member: &member,
            source: &source,
            branch: &wanted.branch,
        },
        message: message.unwrap_or_else(|| MESSAGE.to_owned()),
    };
    let changes = || {
        let mut changes = Changes::new();
        changes.set_split_rule(wanted.rule.clone());
        Ok(changes)
    };
    edit.land(&guarded, body.hash, changes).await
}

fn checked(rule: &SplitRule) -> Result<(), Problem> {
    rule.check()
        .map_err(|error| Problem::new(ErrorCode::SplitRuleInvalid, error.to_string()).at("/rule"))
}
