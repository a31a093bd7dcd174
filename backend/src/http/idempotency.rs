//! `Idempotency-Key`: an effect that was asked for twice happens once and is answered alike.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use api_types::ErrorCode;
use db::entity::idempotency_key;
use db::environment::now;
use db::{DatabaseConnection, DatabaseTransaction, is_unique_violation};
use ids::Hash;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde::Serialize;
use uuid::Uuid;

use super::caller::Caller;
use crate::problem::Problem;

const HEADER: &str = "idempotency-key";
/// The status of a row whose effect is being made.
const PENDING: i32 = 0;

/// Which effect a request asks for: the caller, their key, and the operation.
#[derive(Clone, Debug)]
pub struct Effect {
    user_id: Uuid,
    key: String,
    method: String,
    path: String,
}

/// What an operation is answered with, now and on every retry.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body; null for none.
    pub body: serde_json::Value,
}

impl Answer {
    /// An answer with a body.
    ///
    /// # Errors
    /// `internal` when the body can't be written as JSON.
    pub fn new<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, Problem> {
        let body = serde_json::to_value(body).map_err(Problem::internal)?;
        Ok(Self { status, body })
    }
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let mut response = Self::build(answer.status);
        if answer.body.is_null() {
            response.finish()
        } else {
            response.json(answer.body)
        }
    }
}

impl FromRequest for Effect {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = request
            .headers()
            .get(HEADER)
            .and_then(|value| value.to_str().ok());
        let Some(key) = key.filter(|key| (1..=200).contains(&key.len())) else {
            let detail =
                "send an Idempotency-Key of 1 to 200 characters, a new one for each effect";
            let problem = Problem::new(ErrorCode::IdempotencyKeyMissing, detail);
            return ready(Err(problem.at(HEADER)));
        };
        ready(
            Caller::from_request(request, payload)
                .into_inner()
                .map(|caller| Self {
                    user_id: caller.user_id,
                    key: key.to_owned(),
                    method: request.method().to_string(),
                    path: request.path().to_owned(),
                }),
        )
    }
}

/// Runs `work` inside the caller's write transaction, unless the same effect was made before: then its
/// stored answer is given and nothing happens. `body` is [`Json::hash`](super::Json::hash).
///
/// Two equal requests at the same time: the second waits for the first, and is tried again by
/// [`db::write_transaction`].
///
/// # Errors
/// `idempotency_key_reused` when the key came with another operation or body; else what `work` returns,
/// and then the key stays free.
async fn once<F>(
    transaction: &DatabaseTransaction,
    effect: &Effect,
    body: Hash,
    work: F,
) -> Result<Answer, Problem>
where
    F: AsyncFnOnce(&DatabaseTransaction) -> Result<Answer, Problem>,
{
    let id = (effect.user_id, effect.key.clone());
    if let Some(row) = idempotency_key::Entity::find_by_id(id)
        .one(transaction)
        .await?
    {
        return stored(row, effect, body);
    }
    let row = idempotency_key::Model {
        user_id: effect.user_id,
        key: effect.key.clone(),
        method: effect.method.clone(),
        path: effect.path.clone(),
        request_hash: body.to_string(),
        status: PENDING,
        response: serde_json::Value::Null,
        created_at: now(),
    };
    let taken = row
        .clone()
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    taken.map_err(|error| {
        if is_unique_violation(&error) {
            Problem::new(ErrorCode::Conflict, "the same request is being answered").retryable()
        } else {
            error.into()
        }
    })?;
    let answer = work(transaction).await?;
    let mut row = row.into_active_model();
    row.status = Set(i32::from(answer.status.as_u16()));
    row.response = Set(answer.body.clone());
    row.update(transaction).await?;
    Ok(answer)
}

fn stored(row: idempotency_key::Model, effect: &Effect, body: Hash) -> Result<Answer, Problem> {
    let same = row.method == effect.method
        && row.path == effect.path
        && row.request_hash == body.to_string();
    if !same {
        return Err(Problem::new(
            ErrorCode::IdempotencyKeyReused,
            "the Idempotency-Key came before, with another operation or body",
        )
        .at(HEADER));
    }
    let status = u16::try_from(row.status)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or_else(|| Problem::internal("a stored answer has no status"))?;
    Ok(Answer {
        status,
        body: row.response,
    })
}

/// The stored answer of the same effect, for work that is done before its transaction begins.
///
/// # Errors
/// Those of [`once_if`] about the key.
pub async fn answered(
    database: &DatabaseConnection,
    effect: Option<&Effect>,
    body: Hash,
) -> Result<Option<Answer>, Problem> {
    let Some(effect) = effect else {
        return Ok(None);
    };
    let id = (effect.user_id, effect.key.clone());
    let row = idempotency_key::Entity::find_by_id(id)
        .one(database)
        .await?;
    row.map(|row| stored(row, effect, body)).transpose()
}

/// [`once`] for operations that also work without a key.
///
/// # Errors
/// Those of [`once`].
pub async fn once_if<F>(
    transaction: &DatabaseTransaction,
    effect: Option<&Effect>,
    body: Hash,
    work: F,
) -> Result<Answer, Problem>
where
    F: AsyncFnOnce(&DatabaseTransaction) -> Result<Answer, Problem>,
{
    match effect {
        Some(effect) => once(transaction, effect, body, work).await,
        None => work(transaction).await,
    }
}
