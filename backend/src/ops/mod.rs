//! For those who run the service: is it up, is it ready, what does it do, what does it offer.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use crate::http::{Policy, Routes};
use crate::problem::Problem;
use crate::server::OpenApiText;
use crate::state::AppState;

/// The room's routes.
pub fn routes(routes: &mut Routes) {
    routes
        .add(Policy::Open, healthz)
        .add(Policy::Open, readyz)
        .add(Policy::SignedIn, metrics)
        .add(Policy::SignedIn, openapi);
}

/// The process answers.
#[utoipa::path(tag = "operations", responses((status = 200, description = "It does")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database and the store answer.
#[utoipa::path(tag = "operations", responses((status = 200, description = "They do")))]
#[get("/readyz")]
pub async fn readyz(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    db::ping(&state.db).await?;
    state.stores.ping().await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain")
        .body("ready\n"))
}

/// Counts and times, for Prometheus, which sends the token of any member.
#[utoipa::path(tag = "operations", responses((status = 200, description = "Prometheus text format")))]
#[get("/metrics")]
pub async fn metrics(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(state.metrics.render())
}

/// This document.
#[utoipa::path(tag = "operations", responses((status = 200, description = "The OpenAPI document")))]
#[get("/api/openapi.json")]
pub async fn openapi(text: Data<OpenApiText>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(text.0.clone())
}
