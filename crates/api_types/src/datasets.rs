//! Datasets, uploads, imports and samples.

use std::collections::BTreeMap;

use annotation::{Item, Provenance};
use chrono::{DateTime, Utc};
use dataset::Field;
use ids::Hash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Where a dataset's main branch is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeadView {
    /// The commit.
    pub commit: Hash,
    /// How many samples it has.
    pub samples: u64,
}

/// A dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetView {
    /// The dataset's id.
    pub id: Uuid,
    /// Its name, unique in the workspace.
    pub name: String,
    /// What it is.
    pub description: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The newest version of `main`; null before the first commit.
    pub head: Option<HeadView>,
}

/// A new dataset.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDataset {
    /// 1 to 64 of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`; begins with a letter or a digit.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: String,
}

/// A place to send files to, for one import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadView {
    /// The upload's id.
    pub id: Uuid,
}

/// What one request added to an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadedFiles {
    /// Files stored by this request.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Files of an upload, as `multipart/form-data`.
#[derive(Clone, Debug, ToSchema)]
pub struct UploadForm {
    /// Any number of parts named `file`; the part's file name is the relative path.
    #[schema(value_type = Vec<String>, format = Binary)]
    pub file: Vec<String>,
}

/// How to read what was uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportFormat {
    /// A folder of images and texts.
    Folder,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Any files, as they are.
    Files,
    /// Parquet, a row a sample.
    Parquet,
    /// A folder that a checkout wrote, with its `samples.jsonl`.
    Checkout,
}

/// An import of an upload.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// The upload.
    pub upload_id: Uuid,
    /// How to read it.
    pub format: ImportFormat,
    /// The branch that moves; `main` when not given.
    #[serde(default)]
    pub branch: Option<String>,
    /// Whether a file's folder is its label; true when not given.
    #[serde(default)]
    pub label_from_folder: Option<bool>,
    /// The commit message.
    #[serde(default)]
    pub message: Option<String>,
    /// The folder or file that was chosen, to be told with the commit and its labels; named after the
    /// files' paths when not given.
    #[serde(default)]
    pub source: Option<String>,
}

/// One refused file or line of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportIssueView {
    /// The file.
    pub path: String,
    /// Where in it.
    pub place: Option<String>,
    /// Stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

/// A sample of a version, with its labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleView {
    /// The key, unique in the dataset.
    pub key: String,
    /// Its fields by name.
    pub fields: BTreeMap<String, Field>,
    /// Typed facts about it.
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// The split it is in.
    pub split: Option<String>,
    /// Its labels.
    pub labels: Vec<Item>,
    /// Where a small picture is; null when it has none.
    pub thumbnail_url: Option<String>,
}

/// Who or what made one label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LabelProvenance {
    /// The label's layer.
    pub layer: String,
    /// The label's item.
    pub item_id: String,
    /// Who, when, under what.
    pub provenance: Provenance,
}

/// A sample with the origin of each of its labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleDetail {
    /// The sample.
    #[serde(flatten)]
    pub sample: SampleView,
    /// The commit it was read from.
    pub commit: Hash,
    /// Where each label comes from.
    pub provenance: Vec<LabelProvenance>,
}

/// Which samples.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SamplesQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// Where to go on.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How many, 1 to 500.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Which: `label = 'cat' AND split = 'train'`.
    #[serde(default, rename = "where")]
    pub condition: Option<String>,
}

/// Which sample.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SampleQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// The sample's key.
    pub key: String,
}

/// How large a picture is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaSize {
    /// At most 256 pixels a side.
    Thumb,
    /// As it is.
    #[default]
    Full,
}

/// Which picture.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MediaQuery {
    /// Branch, tag, commit hash or `ref~n`; `main` when not given.
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    /// The sample's key.
    pub key: String,
    /// The field; `image` when not given.
    #[serde(default)]
    pub field: Option<String>,
    /// How large; `full` when not given.
    #[serde(default)]
    #[param(inline)]
    pub size: Option<MediaSize>,
}
