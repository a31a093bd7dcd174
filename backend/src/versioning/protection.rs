//! The rules that protect a dataset's branches.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, put};
use api_types::ErrorCode;
use api_types::versioning::{BranchRuleView, GateView, ProtectionView};
use ids::Hash;
use quality::gates::{BranchRule, Gate, Protection};

use crate::datasets::{dataset, repository};
use crate::http::etag::{IfMatch, etag};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// The rules. The ETag names them.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, body = ProtectionView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/protection")]
pub async fn get_protection(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let repository = repository(&state, &member, &dataset.name).await?;
    answer(&repository.protection().await?)
}

/// Puts rules in the place of those that the caller has read.
#[utoipa::path(
    tag = "versioning",
    params(
        ("workspace" = String, Path),
        ("dataset" = String, Path),
        ("If-Match" = String, Header, description = "The ETag of the rules that were read")
    ),
    request_body = ProtectionView,
    responses((status = 200, body = ProtectionView))
)]
#[put("/api/v1/workspaces/{workspace}/datasets/{dataset}/protection")]
pub async fn save_protection(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    expected: IfMatch,
    body: Json<ProtectionView>,
) -> Result<HttpResponse, Problem> {
    let expected = expected.required()?;
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let repository = repository(&state, &member, &dataset.name).await?;
    let wanted = rules(&body.value)?;
    let change = |found: &mut Protection| {
        if name(found)? != expected {
            let detail = "the rules were changed in the meantime";
            return Err(Problem::new(ErrorCode::PreconditionFailed, detail).at("if-match"));
        }
        *found = wanted.clone();
        Ok(())
    };
    answer(&repository.update_protection(change).await?)
}

fn answer(protection: &Protection) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag(&name(protection)?)))
        .json(view(protection)?))
}

/// The hash that names the rules.
fn name(protection: &Protection) -> Result<Hash, Problem> {
    let bytes = serde_json::to_vec(&protection.rules).map_err(Problem::internal)?;
    Ok(Hash::of(&bytes))
}

fn view(protection: &Protection) -> Result<ProtectionView, Problem> {
    let gate = |gate: &Gate| {
        Ok(GateView {
            name: gate.name.clone(),
            check: serde_json::to_value(&gate.check).map_err(Problem::internal)?,
        })
    };
    let rule = |rule: &BranchRule| {
        Ok(BranchRuleView {
            branches: rule.branches.clone(),
            no_deletion: rule.no_deletion,
            no_rewind: rule.no_rewind,
            gates: rule
                .gates
                .iter()
                .map(gate)
                .collect::<Result<_, Problem>>()?,
        })
    };
    let rules = protection.rules.iter().map(rule);
    Ok(ProtectionView {
        rules: rules.collect::<Result<_, Problem>>()?,
    })
}

fn rules(view: &ProtectionView) -> Result<Protection, Problem> {
    let mut protection = Protection::default();
    for (at, rule) in view.rules.iter().enumerate() {
        let mut gates = Vec::with_capacity(rule.gates.len());
        for (number, gate) in rule.gates.iter().enumerate() {
            let check = serde_json::from_value(gate.check.clone()).map_err(|error| {
                let place = format!("/rules/{at}/gates/{number}/check");
                Problem::new(ErrorCode::InvalidBody, error.to_string()).at(place)
            })?;
            let name = gate.name.clone();
            gates.push(Gate { name, check });
        }
        protection.rules.push(BranchRule {
            branches: rule.branches.clone(),
            no_deletion: rule.no_deletion,
            no_rewind: rule.no_rewind,
            gates,
        });
    }
    Ok(protection)
}
