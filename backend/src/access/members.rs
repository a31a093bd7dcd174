//! The members of a workspace.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use api_types::access::{MemberChange, MemberView, NewMember, UserView};
use api_types::{ErrorCode, Page};
use db::entity::{Role, api_token, member as member_row, user};
use db::environment::{new_id, now};
use db::{DatabaseConnection, DatabaseTransaction, is_unique_violation};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
};
use uuid::Uuid;

use super::{password, text};
use crate::http::caller::{role_of, role_row};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// The members.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path)),
    responses((status = 200, body = Page<MemberView>))
)]
#[get("/api/v1/workspaces/{workspace}/members")]
pub async fn list_members(
    state: Data<AppState>,
    member: Member,
) -> Result<web::Json<Page<MemberView>>, Problem> {
    let rows = member_row::Entity::find()
        .filter(member_row::Column::WorkspaceId.eq(member.workspace_id))
        .all(&state.db)
        .await?;
    let people = user::Entity::find()
        .filter(user::Column::Id.is_in(rows.iter().map(|row| row.user_id)))
        .all(&state.db)
        .await?;
    let mut views: Vec<MemberView> = rows
        .into_iter()
        .filter_map(|row| {
            let person = people.iter().find(|person| person.id == row.user_id)?;
            Some(view(&row, person))
        })
        .collect();
    views.sort_by(|a, b| a.user.email.cmp(&b.user.email));
    Ok(web::Json(Page::all(views)))
}

/// Adds a member; makes the person when the address is unknown.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path)),
    responses((status = 201, body = MemberView))
)]
#[post("/api/v1/workspaces/{workspace}/members")]
pub async fn add_member(
    state: Data<AppState>,
    member: Member,
    body: Json<NewMember>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value;
    let email = text::email(&asked.email)?;
    let fresh = match person(&state.db, &email).await? {
        Some(_) => None,
        None => Some(new_person(&email, &asked).await?),
    };
    let view = db::write_transaction(&state.db, async |transaction| {
        let found = user::Entity::find()
            .filter(user::Column::Email.eq(&email))
            .one(transaction)
            .await?;
        let person = match (found, &fresh) {
            (Some(person), _) => person,
            (None, Some(fresh)) => insert_user(transaction, fresh).await?,
            (None, None) => return Err(Problem::not_found("person")),
        };
        let role = role_row(asked.role);
        let row = insert_member(transaction, member.workspace_id, person.id, role).await?;
        Ok(view(&row, &person))
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Gives a member another role.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path), ("user_id" = Uuid, Path)),
    responses((status = 200, body = MemberView))
)]
#[patch("/api/v1/workspaces/{workspace}/members/{user_id}")]
pub async fn change_member(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
    body: Json<MemberChange>,
) -> Result<web::Json<MemberView>, Problem> {
    let user_id = path.into_inner().1;
    let role = role_row(body.value.role);
    let view = db::write_transaction(&state.db, async |transaction| {
        let (row, person) = locked(transaction, member.workspace_id, user_id).await?;
        if row.role == Role::Owner && role != Role::Owner {
            another_owner(transaction, member.workspace_id, user_id).await?;
        }
        let mut row = row.into_active_model();
        row.role = Set(role);
        Ok::<_, Problem>(view(&row.update(transaction).await?, &person))
    })
    .await?;
    Ok(web::Json(view))
}

/// Takes a member out of the workspace, and their tokens with them.
#[utoipa::path(
    tag = "access",
    params(("workspace" = String, Path), ("user_id" = Uuid, Path)),
    responses((status = 204, description = "The person is no member any more"))
)]
#[delete("/api/v1/workspaces/{workspace}/members/{user_id}")]
pub async fn remove_member(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let user_id = path.into_inner().1;
    db::write_transaction(&state.db, async |transaction| {
        let (row, _) = locked(transaction, member.workspace_id, user_id).await?;
        if row.role == Role::Owner {
            another_owner(transaction, member.workspace_id, user_id).await?;
        }
        api_token::Entity::update_many()
            .col_expr(api_token::Column::RevokedAt, Expr::value(now()))
            .filter(api_token::Column::WorkspaceId.eq(member.workspace_id))
            .filter(api_token::Column::UserId.eq(user_id))
            .filter(api_token::Column::RevokedAt.is_null())
            .exec(transaction)
            .await?;
        row.into_active_model().delete(transaction).await?;
        Ok::<_, Problem>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The member and the person; on PostgreSQL nobody else changes a member of the workspace until the
/// transaction ends.
async fn locked(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    user_id: Uuid,
) -> Result<(member_row::Model, user::Model), Problem> {
    let rows = member_row::Entity::find()
        .filter(member_row::Column::WorkspaceId.eq(workspace_id))
        .lock_exclusive()
        .all(transaction)
        .await?;
    let missing = || Problem::not_found("member");
    let row = rows
        .into_iter()
        .find(|row| row.user_id == user_id)
        .ok_or_else(missing)?;
    let person = user::Entity::find_by_id(user_id).one(transaction).await?;
    Ok((row, person.ok_or_else(missing)?))
}

async fn another_owner(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    user_id: Uuid,
) -> Result<(), Problem> {
    let other = member_row::Entity::find()
        .filter(member_row::Column::WorkspaceId.eq(workspace_id))
        .filter(member_row::Column::Role.eq(Role::Owner))
        .filter(member_row::Column::UserId.ne(user_id))
        .one(transaction)
        .await?;
    let detail = "this is the only owner of the workspace";
    other
        .map(drop)
        .ok_or_else(|| Problem::new(ErrorCode::LastOwner, detail))
}

async fn person(
    database: &DatabaseConnection,
    email: &str,
) -> Result<Option<user::Model>, Problem> {
    Ok(user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .one(database)
        .await?)
}

async fn new_person(email: &str, asked: &NewMember) -> Result<user::Model, Problem> {
    let missing = |what: &str| {
        let detail = format!("nobody has this address yet: a new person needs a {what}");
        Problem::new(ErrorCode::InvalidBody, detail).at(format!("/{what}"))
    };
    let name = asked.name.as_deref().ok_or_else(|| missing("name"))?;
    let password = asked
        .password
        .as_deref()
        .ok_or_else(|| missing("password"))?;
    Ok(user::Model {
        id: new_id(),
        email: email.to_owned(),
        name: text::display_name(name, "/name")?,
        password_hash: password::hash(password).await?,
        created_at: now(),
        disabled_at: None,
    })
}

pub(super) async fn insert_user(
    transaction: &DatabaseTransaction,
    person: &user::Model,
) -> Result<user::Model, Problem> {
    let inserted = person
        .clone()
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    inserted.map_err(|error| {
        if is_unique_violation(&error) {
            // Somebody made the same person just now: the next attempt finds them.
            Problem::new(ErrorCode::Conflict, "the person was made at the same time").retryable()
        } else {
            error.into()
        }
    })
}

pub(super) async fn insert_member(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    user_id: Uuid,
    role: Role,
) -> Result<member_row::Model, Problem> {
    let row = member_row::Model {
        workspace_id,
        user_id,
        role,
        created_at: now(),
    };
    let inserted = row
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    inserted.map_err(|error| {
        if is_unique_violation(&error) {
            let detail = "this person is a member of the workspace already";
            Problem::new(ErrorCode::MemberExists, detail).at("/email")
        } else {
            error.into()
        }
    })
}

fn view(row: &member_row::Model, person: &user::Model) -> MemberView {
    MemberView {
        user: UserView {
            id: person.id,
            email: person.email.clone(),
            name: person.name.clone(),
        },
        role: role_of(row.role),
        created_at: row.created_at,
    }
}
