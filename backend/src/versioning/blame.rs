//! Where the labels of a sample come from.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use annotation::{Maker, Provenance};
use api_types::versioning::{BlameQuery, BlameView, LabelOrigin};
use chrono::DateTime;
use ids::Hash;
use version_store::Blame;

use super::named::Names;
use crate::datasets::{Source, reference_or_main, resolve};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// For each label of a sample: who or what made it, under which standard version, when, who accepted
/// it, and which commit brought it.
#[utoipa::path(
    tag = "versioning",
    params(("workspace" = String, Path), ("dataset" = String, Path), BlameQuery),
    responses((status = 200, body = BlameView))
)]
#[get("/api/v1/workspaces/{workspace}/datasets/{dataset}/blame")]
pub async fn get_blame(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    query: Query<BlameQuery>,
) -> Result<web::Json<BlameView>, Problem> {
    let reference = reference_or_main(query.reference.as_ref());
    let source = resolve(&state, &member, &path.1, reference).await?;
    if source.version().await?.sample(&query.key).await?.is_none() {
        return Err(Problem::not_found("sample").at("key"));
    }
    let mut blames = source.repository.blame(&source.commit, &query.key).await?;
    blames.retain(|blame| {
        let item = &blame.label.item;
        let wanted = |asked: &Option<String>, found: &str| {
            asked.as_deref().is_none_or(|asked| asked == found)
        };
        wanted(&query.layer, &item.layer) && wanted(&query.item_id, &item.id)
    });
    let origins = blames.iter().filter_map(|blame| blame.provenance.as_ref());
    let standards: BTreeSet<Hash> = origins.clone().filter_map(|from| from.standard).collect();
    let models: BTreeSet<Hash> = origins.filter_map(model).collect();
    let standards = Names::of_standards(&state.db, &member, &standards).await?;
    let models = Names::of_models(&state.db, &member, &models).await?;
    let messages = messages(&source, &blames).await?;
    let origin = |blame: Blame| {
        let from = blame.provenance.as_ref();
        LabelOrigin {
            standard: from
                .and_then(|from| from.standard)
                .map(|hash| standards.of(&hash)),
            model: from.and_then(model).map(|hash| models.of(&hash)),
            commit: blame.commit,
            author: blame.author,
            message: messages.get(&blame.commit).cloned().unwrap_or_default(),
            time: DateTime::from_timestamp_millis(blame.time_ms).unwrap_or_default(),
            label: blame.label.item,
            provenance: blame.provenance,
        }
    };
    Ok(web::Json(BlameView {
        key: query.key.clone(),
        commit: source.commit,
        labels: blames.into_iter().map(origin).collect(),
    }))
}

/// The model version that made the label, or from whose prediction a person made it.
fn model(from: &Provenance) -> Option<Hash> {
    match &from.made_by {
        Maker::Model { version, .. } => Some(*version),
        _ => from
            .prelabel
            .as_ref()
            .map(|prelabel| prelabel.model_version),
    }
}

async fn messages(source: &Source, blames: &[Blame]) -> Result<HashMap<Hash, String>, Problem> {
    let mut found = HashMap::new();
    for blame in blames {
        if let Entry::Vacant(place) = found.entry(blame.commit) {
            let commit = source.repository.store().commit(&blame.commit).await?;
            place.insert(commit.message);
        }
    }
    Ok(found)
}
