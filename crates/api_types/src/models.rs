//! Models and their versions.

use chrono::{DateTime, Utc};
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A model version: an ONNX graph with its manifest, named by hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelVersionView {
    /// The version's id.
    pub id: Uuid,
    /// The model it is a version of.
    pub model_id: Uuid,
    /// The model's name.
    pub name: String,
    /// Its number, from 1.
    pub version: u32,
    /// The hash of manifest and graph.
    pub hash: Hash,
    /// Pre- and post-processing, layer and classes.
    #[schema(value_type = Object)]
    pub manifest: serde_json::Value,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// A named series of model versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelView {
    /// The model.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its versions, newest first.
    pub versions: Vec<ModelVersionView>,
}

/// A model version, as `multipart/form-data`.
#[derive(Clone, Debug, ToSchema)]
pub struct ModelForm {
    /// The manifest as JSON.
    #[schema(value_type = String)]
    pub manifest: String,
    /// The ONNX file.
    #[schema(value_type = String, format = Binary)]
    pub graph: String,
}

/// A model version to run over the open tasks of a project.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrelabelRequest {
    /// The model version.
    pub model_version_id: Uuid,
}
