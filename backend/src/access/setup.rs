//! The first person of an installation, who owns the first workspace.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use api_types::ErrorCode;
use api_types::access::{Me, SetupRequest, SetupState};
use db::entity::{Role, user};
use db::environment::{new_id, now};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait};

use super::{password, session, text, workspaces};
use crate::http::Json;
use crate::problem::Problem;
use crate::state::AppState;

/// Whether the first person is still to be made.
#[utoipa::path(tag = "access", responses((status = 200, body = SetupState)))]
#[get("/api/v1/setup")]
pub async fn setup_state(state: Data<AppState>) -> Result<web::Json<SetupState>, Problem> {
    let people = user::Entity::find().count(&state.db).await?;
    Ok(web::Json(SetupState {
        needs_setup: people == 0,
    }))
}

/// Makes the first person and the first workspace, and signs in.
#[utoipa::path(tag = "access", responses((status = 201, body = Me)))]
#[post("/api/v1/setup")]
pub async fn set_up(
    state: Data<AppState>,
    request: HttpRequest,
    body: Json<SetupRequest>,
) -> Result<HttpResponse, Problem> {
    state.sign_ins.count(&session::peer(&request), "setup")?;
    let asked = body.value;
    let person = user::Model {
        id: new_id(),
        email: text::email(&asked.email)?,
        name: text::display_name(&asked.name, "/name")?,
        password_hash: password::hash(&asked.password).await?,
        created_at: now(),
        disabled_at: None,
    };
    let name = text::display_name(&asked.workspace_name, "/workspace_name")?;
    let slug = text::slug_of(&name);
    db::write_transaction(&state.db, async |transaction| {
        alone(transaction).await?;
        if user::Entity::find().count(transaction).await? > 0 {
            let detail = "the installation has its first person already";
            return Err(Problem::new(ErrorCode::SetupDone, detail));
        }
        super::members::insert_user(transaction, &person).await?;
        let space = workspaces::insert(transaction, &slug, &name).await?;
        super::members::insert_member(transaction, space.id, person.id, Role::Owner).await
    })
    .await?;
    session::start(&state, person, actix_web::http::StatusCode::CREATED).await
}

/// Two first persons at once: PostgreSQL has to be told that only one may look and then write.
async fn alone(transaction: &DatabaseTransaction) -> Result<(), Problem> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction
            .execute_unprepared("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
            .await?;
    }
    Ok(())
}
