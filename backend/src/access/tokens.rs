//! API tokens: shown once, stored hashed, good for one workspace and at most one role.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, post, web};
use api_types::access::{CreatedToken, NewToken, Role, TokenView};
use api_types::{ErrorCode, Page};
use db::entity::api_token;
use db::environment::{new_id, now, random_token};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::text;
use crate::http::caller::{TOKEN_PREFIX, role_name, role_of, role_row, stored_hash};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// How many characters of a token are kept to recognise it by.
const SHOWN: usize = TOKEN_PREFIX.len() + 6;

/// The caller's tokens; an owner sees everybody's.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path)),
    responses((status = 200, body = Page<TokenView>))
)]
#[get("/api/v1/workspaces/{workspace}/tokens")]
pub async fn list_tokens(
    state: Data<AppState>,
    member: Member,
) -> Result<web::Json<Page<TokenView>>, Problem> {
    let mut select = api_token::Entity::find()
        .filter(api_token::Column::WorkspaceId.eq(member.workspace_id))
        .filter(api_token::Column::RevokedAt.is_null());
    if member.role < Role::Owner {
        select = select.filter(api_token::Column::UserId.eq(member.user_id));
    }
    let rows = select
        .order_by_desc(api_token::Column::CreatedAt)
        .all(&state.db)
        .await?;
    Ok(web::Json(Page::all(rows.into_iter().map(view).collect())))
}

/// Makes a token of the caller. The secret is in this answer and nowhere else.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path)),
    responses((status = 201, body = CreatedToken))
)]
#[post("/api/v1/workspaces/{workspace}/tokens")]
pub async fn create_token(
    state: Data<AppState>,
    member: Member,
    body: Json<NewToken>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value;
    if asked.role > member.role {
        let detail = format!("your role here is {}", role_name(member.role));
        return Err(Problem::new(ErrorCode::RoleTooHigh, detail).at("/role"));
    }
    if asked.expires_at.is_some_and(|end| end <= now()) {
        let detail = "the token would have ended already";
        return Err(Problem::new(ErrorCode::InvalidBody, detail).at("/expires_at"));
    }
    let token = format!("{TOKEN_PREFIX}{}", random_token());
    let row = api_token::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        user_id: member.user_id,
        name: text::display_name(&asked.name, "/name")?,
        role: role_row(asked.role),
        token_hash: stored_hash(&token),
        prefix: token[..SHOWN].to_owned(),
        created_at: now(),
        expires_at: asked.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let row = db::write_transaction(&state.db, async |transaction| {
        row.clone()
            .into_active_model()
            .reset_all()
            .insert(transaction)
            .await
    })
    .await?;
    Ok(HttpResponse::Created().json(CreatedToken {
        token,
        view: view(row),
    }))
}

/// Revokes a token: one's own, or as an owner anybody's.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path), ("token_id" = Uuid, Path)),
    responses((status = 204, description = "The token opens nothing any more"))
)]
#[delete("/api/v1/workspaces/{workspace}/tokens/{token_id}")]
pub async fn revoke_token(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let token_id = path.into_inner().1;
    let mut update = api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, Expr::value(now()))
        .filter(api_token::Column::Id.eq(token_id))
        .filter(api_token::Column::WorkspaceId.eq(member.workspace_id))
        .filter(api_token::Column::RevokedAt.is_null());
    if member.role < Role::Owner {
        update = update.filter(api_token::Column::UserId.eq(member.user_id));
    }
    if update.exec(&state.db).await?.rows_affected == 0 {
        return Err(Problem::not_found("token"));
    }
    Ok(HttpResponse::NoContent().finish())
}

fn view(row: api_token::Model) -> TokenView {
    TokenView {
        id: row.id,
        name: row.name,
        role: role_of(row.role),
        prefix: row.prefix,
        user_id: row.user_id,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    }
}
