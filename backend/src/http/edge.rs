//! The outermost layer: request ids, security headers, metrics, and one shape for every error.

use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use api_types::ErrorCode;
use db::environment::new_id;
use tracing::Instrument;

use super::caller::RoutePattern;
use crate::problem::Problem;

/// Scripts only from our own files; pictures also from memory, where the canvas draws.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self' data:; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The request's name in the log, also sent as `x-request-id`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Wraps every request.
///
/// # Errors
/// Those of actix itself, before a handler was found; all others have become answers here.
#[allow(
    clippy::disallowed_methods,
    reason = "this edge measures how long requests take"
)]
pub async fn wrap<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let begun = Instant::now();
    let id = new_id().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span =
        tracing::info_span!("request", id, method = %request.method(), path = request.path());
    let response = if has_nul(&request) {
        let problem = Problem::new(ErrorCode::InvalidText, "the address holds U+0000");
        request.error_response(problem).map_into_right_body()
    } else {
        let response = next.call(request).instrument(span.clone()).await?;
        response.map_into_left_body()
    };
    let mut response = match response.response().error().map(as_problem) {
        Some(problem) => refused(response.request(), &problem, &id),
        None => response,
    };
    finish_headers(response.headers_mut(), &id);
    measure(&response, begun, &span);
    Ok(response)
}

fn has_nul(request: &ServiceRequest) -> bool {
    request.path().contains('\0')
        || request.path().contains("%00")
        || request.query_string().contains("%00")
}

fn refused<B>(
    request: &actix_web::HttpRequest,
    problem: &Problem,
    id: &str,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let mut response = problem.response(Some(id));
    if problem.code() == ErrorCode::RateLimited {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    if problem.code() == ErrorCode::MethodNotAllowed
        && let Some(table) = request.app_data::<actix_web::web::Data<super::routes::Table>>()
        && let Ok(allow) = HeaderValue::from_str(&table.methods(request.path()).join(", "))
    {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    ServiceResponse::new(request.clone(), response.map_into_right_body())
}

/// actix's own errors, told by their status.
fn as_problem(error: &Error) -> Problem {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.clone();
    }
    let status = error.as_response_error().status_code();
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::InvalidParameter,
        _ => return Problem::internal(error),
    };
    Problem::new(code, error.to_string())
}

fn finish_headers(headers: &mut HeaderMap, id: &str) {
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-request-id", id);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("x-frame-options", "DENY");
    set("content-security-policy", CONTENT_SECURITY_POLICY);
    // What is seen depends on who asks: only what says otherwise may be kept.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn measure<B>(response: &ServiceResponse<B>, begun: Instant, span: &tracing::Span) {
    let route = response
        .request()
        .extensions()
        .get::<RoutePattern>()
        .map_or_else(|| "other".to_owned(), |pattern| pattern.0.clone());
    let method = response.request().method().to_string();
    let status = response.status().as_u16();
    let seconds = begun.elapsed().as_secs_f64();
    let labels = [
        ("method", method),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(seconds);
    tracing::info!(parent: span, status, seconds, "answered");
}
