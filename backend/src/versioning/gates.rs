//! What gates say about commits.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, post, web};
use api_types::versioning::{AskGates, GateExample, GateReportView, GateResultView, GatesQuery};
use chrono::DateTime;
use db::entity::RefKind;
use db::environment::now;
use gates::GateRequest;
use quality::gates::{Example, GateReport, GateResult};

use super::apart::apart;
use crate::datasets::{head, reference_or_main, resolve};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// What gates said about a commit so far.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), GatesQuery),
    responses((status = 200, body = GateReportView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/gates")]
pub async fn get_gate_report(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<GatesQuery>,
) -> Result<web::Json<GateReportView>, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    let report = source.repository.gate_report(&source.commit).await?;
    let report = report.unwrap_or_else(|| GateReport::new(source.commit));
    Ok(web::Json(view(report)))
}

/// Asks the gates of a branch what they would say if it moved to a commit, and keeps what they say.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    request_body = AskGates,
    responses((status = 200, body = GateReportView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/gates")]
pub async fn ask_gates(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    body: Json<AskGates>,
) -> Result<web::Json<GateReportView>, Problem> {
    let source = resolve(&state, &member, &path.1, &body.value.reference).await?;
    let branch = body.value.branch.clone();
    let old = head(&state.db, &source.dataset, RefKind::Branch, &branch).await?;
    let (repository, new) = (source.repository.clone(), source.commit);
    let outbound = state.config.outbound.clone();
    let asked = apart(async move {
        let request = GateRequest {
            branch: &branch,
            old,
            new,
            time_ms: now().timestamp_millis(),
        };
        gates::run(&repository, &request, outbound.as_ref()).await
    });
    Ok(web::Json(view(asked.await?)))
}

fn view(report: GateReport) -> GateReportView {
    GateReportView {
        commit: report.commit,
        results: result_views(report.results),
    }
}

/// Results on the wire.
pub(super) fn result_views(results: Vec<GateResult>) -> Vec<GateResultView> {
    let example = |example: Example| GateExample {
        key: example.key,
        other_key: example.other_key,
        detail: example.detail,
    };
    let result = |result: GateResult| GateResultView {
        gate: result.gate,
        kind: result.kind,
        passed: result.passed,
        message: result.message,
        checked: result.checked,
        failures: result.failures,
        examples: result.examples.into_iter().map(example).collect(),
        branch: result.branch,
        against: result.against,
        time: DateTime::from_timestamp_millis(result.time_ms).unwrap_or_default(),
    };
    results.into_iter().map(result).collect()
}
