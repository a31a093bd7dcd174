//! Saves the draft of a standard.

use ::standard::StandardContent;
use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, put};
use api_types::ErrorCode;
use api_types::standards::DraftSaved;
use db::entity::standard;
use db::environment::now;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

use super::{get, rows};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Saves the draft, if nobody saved it since the caller read it. An unfinished draft is saved; what
/// keeps it from being published is told.
#[utoipa::path(
    tag = "standards",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("standard" = Uuid, Path, description = "Standard"),
        ("If-Match" = String, Header, description = "The draft's revision, as \"3\""),
    ),
    request_body = StandardContent,
    responses((status = 200, description = "Saved", body = DraftSaved))
)]
#[put("/api/v1/workspaces/{workspace}/standards/{standard}/draft")]
pub async fn save_standard_draft(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    request: HttpRequest,
    body: Json<StandardContent>,
) -> Result<HttpResponse, Problem> {
    let revision = expected_revision(&request)?;
    let draft = serde_json::to_value(&body.value).map_err(Problem::internal)?;
    let saved = standard::Entity::update_many()
        .col_expr(standard::Column::Draft, Expr::value(draft))
        .col_expr(
            standard::Column::DraftRevision,
            Expr::col(standard::Column::DraftRevision).add(1),
        )
        .col_expr(standard::Column::UpdatedAt, Expr::value(now()))
        .filter(standard::Column::Id.eq(path.1))
        .filter(standard::Column::WorkspaceId.eq(member.workspace_id))
        .filter(standard::Column::DraftRevision.eq(revision))
        .exec(&state.db)
        .await?;
    if saved.rows_affected == 0 {
        let row = rows::find(&state.db, member.workspace_id, path.1).await?;
        let detail = format!("the draft is at revision {}", row.draft_revision);
        return Err(Problem::new(ErrorCode::PreconditionFailed, detail).at("if-match"));
    }
    let saved = DraftSaved {
        draft_revision: revision.unsigned_abs() + 1,
        violations: body.value.check(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, get::etag(saved.draft_revision)?))
        .json(saved))
}

fn expected_revision(request: &HttpRequest) -> Result<i32, Problem> {
    let given = request
        .headers()
        .get(IF_MATCH)
        .and_then(|value| value.to_str().ok());
    let Some(given) = given else {
        let detail = "send the draft's revision as If-Match: \"3\"";
        return Err(Problem::new(ErrorCode::PreconditionRequired, detail).at("if-match"));
    };
    given.trim().trim_matches('"').parse().map_err(|_| {
        Problem::new(
            ErrorCode::PreconditionFailed,
            "If-Match is no revision of a draft",
        )
        .at("if-match")
    })
}
