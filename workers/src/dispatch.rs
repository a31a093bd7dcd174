//! Which file runs which job.

use gates::Join;
use jobs::JobPayload;

use crate::attempt::Attempt;
use crate::failure::{Failure, Result};
use crate::{datasets, labeling, models, search, upkeep, versioning};

/// Runs the job to its end. What returns `Ok` has completed the job itself.
pub(crate) async fn run(attempt: &Attempt) -> Result<()> {
    let payload: JobPayload = serde_json::from_value(attempt.job.payload.clone())
        .map_err(|error| Failure::refused("payload_invalid", error.to_string()))?;
    match payload {
        JobPayload::Import(import) => datasets::import::run(attempt, &import).await,
        JobPayload::ProfileVersion { dataset_id, commit } => {
            datasets::profile_version::run(attempt, dataset_id, commit).await
        }
        JobPayload::GenerateTasks { project_id } => {
            labeling::generate_tasks::run(attempt, project_id).await
        }
        JobPayload::CommitAnnotations {
            project_id,
            branch,
            message,
            author,
        } => {
            let wanted = labeling::commit_annotations::Wanted {
                branch,
                message,
                author,
            };
            labeling::commit_annotations::run(attempt, project_id, &wanted).await
        }
        JobPayload::Prelabel {
            project_id,
            model_version_id,
        } => models::prelabel::run(attempt, project_id, model_version_id).await,
        JobPayload::IndexDataset { dataset_id, commit } => {
            search::index_dataset::run(attempt, dataset_id, commit).await
        }
        JobPayload::BuildView { dataset_id, commit } => {
            versioning::build_view::run(attempt, dataset_id, commit).await
        }
        JobPayload::Merge(joining) => {
            versioning::join::run(attempt, Join::Merge(joining.commit), &joining).await
        }
        JobPayload::Revert(joining) => {
            versioning::join::run(attempt, Join::Revert(joining.commit), &joining).await
        }
        JobPayload::AskGates {
            dataset_id,
            branch,
            commit,
        } => versioning::ask_gates::run(attempt, dataset_id, &branch, commit).await,
        JobPayload::CheckStore { fast } => upkeep::check_store::run(attempt, fast).await,
        JobPayload::CollectGarbage { grace_ms, dry_run } => {
            upkeep::collect_garbage::run(attempt, grace_ms, dry_run).await
        }
        JobPayload::EraseSamples(erasure) => upkeep::erase_samples::run(attempt, &erasure).await,
        JobPayload::MirrorRef {
            dataset_id,
            ref_kind,
            name,
        } => versioning::mirror_ref::run(attempt, dataset_id, &ref_kind, &name).await,
    }
}
