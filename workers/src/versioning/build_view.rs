//! Job `build_view`: makes the Parquet views of one version.
//!
//! Files are named by what they show and the manifest comes last: a second try finds what the first
//! one made, and the views of a version that was made before cost its changes only.

use ids::Hash;
use serde_json::json;
use uuid::Uuid;

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::failure::{Failure, Result};

pub(crate) async fn run(attempt: &Attempt, dataset_id: Uuid, commit: Hash) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, dataset_id)
        .await?;
    let version = dataset.repository.version(&commit).await?;
    let made = apart(&attempt.stop, move || async move {
        views::build(&version, views::LEVEL).await
    });
    let built = made
        .await?
        .map_err(|error| Failure::passing("view_failed", error.to_string()))?;
    let files = built.manifest.files.len();
    attempt
        .complete(
            attempt.database(),
            json!({"files": files, "files_written": built.files_written}),
        )
        .await
}
