//! Job `profile_version`: counts what one version holds and stores it as one JSON object.
//!
//! The object is named by the commit and never changed: when it is there, there is nothing to do.

use bytes::Bytes;
use ids::Hash;
use interchange::{ExportError, StatisticsBuilder};
use serde_json::json;
use uuid::Uuid;

use crate::attempt::Attempt;
use crate::failure::{Failure, Result};

/// How often progress is told, in samples.
const TELL_EVERY: u64 = 1000;

/// Where the statistics of a version are, from the workspace's root.
fn object_path(commit: Hash) -> String {
    format!("derived/statistics/{commit}.json")
}

pub(crate) async fn run(attempt: &Attempt, dataset_id: Uuid, commit: Hash) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, dataset_id)
        .await?;
    let path = object_path(commit);
    if dataset.objects.head(&path).await?.is_some() {
        return attempt
            .complete(attempt.database(), json!({"computed": false}))
            .await;
    }
    let version = dataset.repository.version(&commit).await?;
    let total = version.sample_count();
    let mut statistics = StatisticsBuilder::new();
    let mut seen = 0;
    let mut samples = version.scan().await?;
    while let Some((sample, labels)) = samples.next().await? {
        statistics.add(&sample, &labels).map_err(failed)?;
        seen += 1;
        if seen % TELL_EVERY == 0 {
            attempt
                .progress(seen, Some(total.max(seen + 1)), "counting")
                .await?;
        }
    }
    let statistics = statistics.finish().map_err(failed)?;
    let bytes = serde_json::to_vec(&statistics)
        .map_err(|error| Failure::refused("internal", error.to_string()))?;
    dataset.objects.put(&path, Bytes::from(bytes)).await?;
    attempt.progress(seen, Some(seen), "counted").await?;
    attempt
        .complete(
            attempt.database(),
            json!({"computed": true, "samples": seen}),
        )
        .await
}

fn failed(error: ExportError) -> Failure {
    Failure::passing("statistics_failed", error.to_string())
}
