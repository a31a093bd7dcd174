//! JSON bodies.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use api_types::ErrorCode;
use futures::StreamExt;
use ids::Hash;
use serde::de::DeserializeOwned;

use super::strict::{self, Fault};
use crate::problem::Problem;

/// The largest JSON body, in bytes.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// A JSON body that was checked: right content type, not too large, UTF-8, no key twice, no U+0000.
#[derive(Debug)]
pub struct Json<T> {
    /// What it says.
    pub value: T,
    /// The hash of its bytes, to tell whether a retry says the same.
    pub hash: Hash,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|text| {
                text.split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase()
            });
        let payload = payload.take();
        Box::pin(async move {
            if kind.as_deref() != Some("application/json") {
                return Err(Problem::new(
                    ErrorCode::UnsupportedMediaType,
                    "the body has to be application/json",
                )
                .at("content-type"));
            }
            let bytes = read(payload).await?;
            Ok(Self {
                value: parse(&bytes)?,
                hash: Hash::of(&bytes),
            })
        })
    }
}

async fn read(mut payload: Payload) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|error| Problem::new(ErrorCode::InvalidJson, error.to_string()))?;
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(Problem::new(
                ErrorCode::PayloadTooLarge,
                format!("a JSON body has at most {MAX_BODY_BYTES} bytes"),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads a checked document.
///
/// # Errors
/// `invalid_json`, `invalid_text` or `invalid_body`, with the place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    strict::check(bytes).map_err(|fault| match fault {
        Fault::Syntax(message) => placed(ErrorCode::InvalidJson, &message),
        Fault::Nul(place) => Problem::new(ErrorCode::InvalidText, "a text holds U+0000").at(place),
    })?;
    serde_json::from_slice(bytes)
        .map_err(|error| placed(ErrorCode::InvalidBody, &error.to_string()))
}

/// What an optional text says; a blank one says nothing.
#[must_use]
pub fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

/// serde_json says the place at the end of its message.
fn placed(code: ErrorCode, message: &str) -> Problem {
    match message.rsplit_once(" at line ") {
        Some((what, place)) => Problem::new(code, what).at(format!("line {place}")),
        None => Problem::new(code, message),
    }
}
