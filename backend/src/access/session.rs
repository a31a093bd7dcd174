//! Signing in and out, and who one is.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use api_types::ErrorCode;
use api_types::access::{Me, SignInRequest, UserView};
use chrono::TimeDelta;
use db::entity::{session, user};
use db::environment::{now, random_token};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::{password, workspaces};
use crate::http::caller::{SESSION_COOKIE, stored_hash};
use crate::http::{Caller, Json};
use crate::problem::Problem;
use crate::state::AppState;

const SESSION_DAYS: i64 = 14;

/// Signs in.
#[utoipa::path(tag = "access", responses((status = 200, body = Me)))]
#[post("/api/v1/session")]
pub async fn sign_in(
    state: Data<AppState>,
    request: HttpRequest,
    body: Json<SignInRequest>,
) -> Result<HttpResponse, Problem> {
    let email = body.value.email.trim().to_lowercase();
    state.sign_ins.count(&peer(&request), &email)?;
    let person = user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .filter(user::Column::DisabledAt.is_null())
        .one(&state.db)
        .await?;
    let stored = person.as_ref().map(|person| person.password_hash.clone());
    let right = password::verify(&body.value.password, stored).await?;
    let person = person.filter(|_| right).ok_or_else(|| {
        Problem::new(
            ErrorCode::WrongCredentials,
            "the address or the password is wrong",
        )
    })?;
    start(&state, person, StatusCode::OK).await
}

/// Signs out: the session ends here and everywhere its cookie is.
#[utoipa::path(tag = "access", responses((status = 204, description = "Signed out")))]
#[delete("/api/v1/session")]
pub async fn sign_out(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(cookie) = request.cookie(SESSION_COOKIE) {
        session::Entity::delete_by_id(stored_hash(cookie.value()))
            .exec(&state.db)
            .await?;
    }
    let mut gone = cookie(&state, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// The caller, and where they are a member.
#[utoipa::path(tag = "access", responses((status = 200, body = Me)))]
#[get("/api/v1/me")]
pub async fn me(state: Data<AppState>, caller: Caller) -> Result<web::Json<Me>, Problem> {
    Ok(web::Json(Me {
        workspaces: workspaces::of(&state.db, &caller).await?,
        user: UserView {
            id: caller.user_id,
            email: caller.email,
            name: caller.name,
        },
        csrf_token: caller.csrf_token,
    }))
}

/// Begins a session of `person` and answers with who they are.
pub(super) async fn start(
    state: &AppState,
    person: user::Model,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let secret = random_token();
    let now = now();
    let row = session::Model {
        token_hash: stored_hash(&secret),
        user_id: person.id,
        csrf_token: random_token(),
        created_at: now,
        expires_at: now + TimeDelta::days(SESSION_DAYS),
    };
    db::write_transaction(&state.db, async |transaction| {
        session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lt(now))
            .exec(transaction)
            .await?;
        row.clone()
            .into_active_model()
            .reset_all()
            .insert(transaction)
            .await
    })
    .await?;
    let caller = Caller {
        user_id: person.id,
        email: person.email.clone(),
        name: person.name.clone(),
        csrf_token: None,
        token: None,
    };
    let answer = Me {
        user: UserView {
            id: person.id,
            email: person.email,
            name: person.name,
        },
        csrf_token: Some(row.csrf_token),
        workspaces: workspaces::of(&state.db, &caller).await?,
    };
    Ok(HttpResponse::build(status)
        .cookie(cookie(state, secret))
        .json(answer))
}

fn cookie(state: &AppState, secret: String) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, secret)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.secure_cookies)
        .max_age(time::Duration::days(SESSION_DAYS))
        .finish()
}

/// Where the request comes from, as the socket says: headers of proxies can be made up.
pub(super) fn peer(request: &HttpRequest) -> String {
    request
        .peer_addr()
        .map_or_else(String::new, |address| address.ip().to_string())
}
