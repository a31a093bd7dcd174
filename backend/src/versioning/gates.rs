//! What gates say about commits.

use ::jobs::JobPayload;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get, post, web};
use api_types::jobs::JobView;
use api_types::versioning::{AskGates, GateExample, GateReportView, GateResultView, GatesQuery};
use chrono::DateTime;
use db::DatabaseTransaction;
use db::entity::RefKind;
use db::environment::now;
use gates::GateRequest;
use quality::gates::{Example, GateReport, GateResult};
use tokio::time::Instant;

use super::apart::apart_until;
use crate::datasets::{Source, head, reference_or_main, resolve};
use crate::http::{Answer, Effect, Json, Member, answered, once_if};
use crate::jobs::{accepted, enqueue_once, respond};
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
    responses(
        (status = 200, body = GateReportView),
        (status = 202, description = "It takes longer: the job that asks them; then read the report", body = JobView)
    )
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/gates")]
pub async fn ask_gates(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    effect: Option<Effect>,
    body: Json<AskGates>,
) -> Result<HttpResponse, Problem> {
    if let Some(answer) = answered(&state.db, effect.as_ref(), body.hash).await? {
        return Ok(respond(&member, answer));
    }
    let source = resolve(&state, &member, &path.1, &body.value.reference).await?;
    let asked = asked(&state, &source, &body.value.branch).await?;
    let payload = JobPayload::AskGates {
        dataset_id: source.dataset.id,
        branch: body.value.branch,
        commit: source.commit,
    };
    let answer = db::write_transaction(&state.db, async |transaction| {
        let work = async |transaction: &DatabaseTransaction| match &asked {
            Some(report) => Answer::new(StatusCode::OK, report),
            None => accepted(enqueue_once(transaction, &member, payload.clone()).await?),
        };
        once_if(transaction, effect.as_ref(), body.hash, work).await
    })
    .await?;
    Ok(respond(&member, answer))
}

/// What the gates of the branch say about the commit. None: that takes longer than a request has.
async fn asked(
    state: &AppState,
    source: &Source,
    branch: &str,
) -> Result<Option<GateReportView>, Problem> {
    let old = head(&state.db, &source.dataset, RefKind::Branch, branch).await?;
    let (repository, new) = (source.repository.clone(), source.commit);
    let (branch, outbound) = (branch.to_owned(), state.config.outbound.clone());
    let asked = apart_until(Instant::now() + state.config.at_once, async move {
        let request = GateRequest {
            branch: &branch,
            old,
            new,
            time_ms: now().timestamp_millis(),
        };
        gates::run(&repository, &request, outbound.as_ref().into()).await
    });
    Ok(asked.await?.map(view))
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
