//! Registers a model version, after it was checked and run once.

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::models::{ModelForm, ModelVersionView};
use db::entity::{model, model_version};
use db::environment::{new_id, now};
use db::{DatabaseTransaction, is_unique_violation};
use ids::{Hash, Hasher};
use inference::{Manifest, Runtime};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::form::{self, ModelParts};
use super::list::view;
use crate::http::Member;
use crate::http::json;
use crate::problem::Problem;
use crate::state::AppState;

/// How long checking and running a graph once may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// Registers an ONNX graph with its manifest. Both are checked, and the graph is run once, before
/// anything is stored.
#[utoipa::path(
    tag = "models",
    params(("workspace" = String, Path, description = "Workspace")),
    request_body(content = ModelForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Registered", body = ModelVersionView))
)]
#[post("/api/v1/workspaces/{workspace}/models")]
pub async fn register_model(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let ModelParts { manifest, graph } = form::read(form).await?;
    let manifest: Manifest = json::parse(&manifest)?;
    validate(graph.clone(), manifest.clone()).await?;
    let stored_manifest = serde_json::to_value(&manifest).map_err(Problem::internal)?;
    let mut hasher = Hasher::derive("strata model version 1");
    let canonical = standard::canonical_json(&stored_manifest);
    hasher
        .update(&(canonical.len() as u64).to_le_bytes())
        .update(canonical.as_bytes())
        .update(&graph);
    let hash = hasher.finish();
    let object_path = format!("models/{}.onnx", Hash::of(&graph));
    let store = state.stores.workspace(&member.slug).await?;
    store.root.put_if_absent(&object_path, graph).await?;
    let row = model_version::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        model_id: new_id(),
        version: 1,
        hash: hash.to_string(),
        manifest: stored_manifest,
        object_path,
        created_by: member.user_id,
        created_at: now(),
    };
    let stored = db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        insert(transaction, &manifest.name, row.clone()).await
    })
    .await?;
    Ok(HttpResponse::Created().json(view(stored, &manifest.name)?))
}

/// Checks and runs the graph on a thread of its own, within the deadline.
async fn validate(graph: Bytes, manifest: Manifest) -> Result<(), Problem> {
    let check = tokio::task::spawn_blocking(move || {
        let runtime = Runtime::initialise(None)?;
        inference::validate(&runtime, &graph, &manifest)
    });
    match tokio::time::timeout(DEADLINE, check).await {
        Ok(Ok(outcome)) => outcome.map(drop).map_err(|error| refused(&error)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "checking a model panicked");
            let detail = "the runtime gave up on the graph";
            Err(Problem::new(ErrorCode::ModelInvalid, detail).at("graph"))
        }
        Err(_) => {
            let detail = format!("the graph did not run once within {} s", DEADLINE.as_secs());
            Err(Problem::new(ErrorCode::ModelInvalid, detail).at("graph"))
        }
    }
}

fn refused(error: &inference::Error) -> Problem {
    let place = match error {
        inference::Error::Runtime(_) | inference::Error::Device(_) => {
            return Problem::internal(error);
        }
        inference::Error::Manifest { field, .. } => format!("manifest.{field}"),
        _ => "graph".to_owned(),
    };
    Problem::new(
        ErrorCode::ModelInvalid,
        format!("{}: {error}", error.code()),
    )
    .at(place)
}

/// The version, under its model, which is made when there is none of that name.
async fn insert(
    transaction: &DatabaseTransaction,
    name: &str,
    mut version: model_version::Model,
) -> Result<model_version::Model, Problem> {
    let known = model::Entity::find()
        .filter(model::Column::WorkspaceId.eq(version.workspace_id))
        .filter(model::Column::Name.eq(name))
        .lock_exclusive()
        .one(transaction)
        .await?;
    match known {
        Some(model) => {
            let newest = model_version::Entity::find()
                .filter(model_version::Column::ModelId.eq(model.id))
                .order_by_desc(model_version::Column::Version)
                .one(transaction)
                .await?;
            version.version = newest.map_or(0, |newest| newest.version) + 1;
            version.model_id = model.id;
        }
        None => {
            let model = model::Model {
                id: version.model_id,
                workspace_id: version.workspace_id,
                name: name.to_owned(),
                created_by: version.created_by,
                created_at: version.created_at,
            };
            let made = model
                .into_active_model()
                .reset_all()
                .insert(transaction)
                .await;
            // Two first versions of one name at once: the second finds the model when it is tried again.
            made.map_err(|error| match is_unique_violation(&error) {
                true => Problem::new(ErrorCode::Conflict, "the model is being made").retryable(),
                false => error.into(),
            })?;
        }
    }
    let inserted = version
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await;
    inserted.map_err(|error| {
        if is_unique_violation(&error) {
            Problem::new(
                ErrorCode::ModelExists,
                "the model has a version with this content",
            )
        } else {
            error.into()
        }
    })
}
