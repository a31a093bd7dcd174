//! Job `prelabel`: runs a model version over the open tasks of a project.
//!
//! Predictions are inserted batch by batch, unique by task and model version; a retry goes on with
//! the tasks that have none.

use db::entity::{TaskState, model_version, prediction, project, standard_version, task};
use db::environment::{new_id, now};
use inference::{Manifest, Picture, Prediction, Runtime, Session, SessionOptions};
use media::Pixels;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use serde_json::json;
use standard::StandardContent;
use tokio::time::Instant;
use uuid::Uuid;
use version_store::Version;

use super::pictures;
use crate::attempt::Attempt;
use crate::branch::parse;
use crate::failure::{Failure, Result};

/// Tasks of one batch.
const BATCH: u64 = 64;
/// At most so many pictures without a prediction are named in the log.
const NAMED: u64 = 20;

/// Everything a batch needs.
struct Work {
    project: project::Model,
    model_version_id: Uuid,
    manifest: Manifest,
    field: String,
    version: Version,
}

pub(crate) async fn run(attempt: &Attempt, project_id: Uuid, model_version_id: Uuid) -> Result<()> {
    let (work, mut session) = prepare(attempt, project_id, model_version_id).await?;
    let total = open_tasks(&work).count(attempt.database()).await?;
    let (mut done, mut unreadable, mut after) = (0, 0, 0);
    let started = Instant::now();
    loop {
        let tasks = open_tasks(&work)
            .filter(task::Column::Seq.gt(after))
            .order_by_asc(task::Column::Seq)
            .limit(BATCH)
            .all(attempt.database())
            .await?;
        let Some(last) = tasks.last() else { break };
        after = last.seq;
        let read = read_batch(attempt, &work, &tasks, unreadable).await?;
        unreadable += tasks.len() as u64 - read.len() as u64;
        let (given_back, found) = predict(session, read).await?;
        session = given_back;
        store(attempt, &work, &found).await?;
        done += tasks.len() as u64;
        let rate = done as f64 / started.elapsed().as_secs_f64().max(0.001);
        let message = format!("{done} of {total} tasks, {rate:.1} per second");
        attempt
            .progress(done, Some(total.max(done)), &message)
            .await?;
    }
    let predicted = done - unreadable;
    attempt
        .info(&format!(
            "{predicted} predicted, {unreadable} without a picture"
        ))
        .await?;
    attempt
        .complete(
            attempt.database(),
            json!({"predicted": predicted, "unreadable": unreadable}),
        )
        .await
}

/// Loads the project, checks the model against its standard, and loads the model.
async fn prepare(
    attempt: &Attempt,
    project_id: Uuid,
    model_version_id: Uuid,
) -> Result<(Work, Session)> {
    let workspace_id = attempt.workspace_id()?;
    let project = project::Entity::find_by_id(project_id)
        .filter(project::Column::WorkspaceId.eq(workspace_id))
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("project"))?;
    let model = model_version::Entity::find_by_id(model_version_id)
        .filter(model_version::Column::WorkspaceId.eq(workspace_id))
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("model version"))?;
    let manifest: Manifest = serde_json::from_value(model.manifest)
        .map_err(|error| Failure::refused("manifest_invalid", error.to_string()))?;
    let field = field_of(attempt, &project, &manifest).await?;
    let dataset = attempt
        .context
        .dataset(workspace_id, project.dataset_id)
        .await?;
    let version = dataset
        .repository
        .version(&parse(&project.source_commit)?)
        .await?;
    let graph = dataset.objects.get(&model.object_path).await?;
    let library = attempt.context.config.onnx_library.clone();
    let for_session = manifest.clone();
    let session = tokio::task::spawn_blocking(move || {
        let runtime = Runtime::initialise(library.as_deref())?;
        let session = Session::load(&runtime, &graph, for_session, SessionOptions::default())?;
        Ok::<_, inference::Error>((runtime.backend().name(), session))
    });
    let (runtime, session) = session.await??;
    attempt
        .info(&format!("model {} runs on {runtime}", manifest.name))
        .await?;
    Ok((
        Work {
            project,
            model_version_id,
            manifest,
            field,
            version,
        },
        session,
    ))
}

/// The field the model's layer is about; refuses a model whose classes the standard does not have.
async fn field_of(
    attempt: &Attempt,
    project: &project::Model,
    manifest: &Manifest,
) -> Result<String> {
    let row = standard_version::Entity::find_by_id(project.standard_version_id)
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("standard"))?;
    let content: StandardContent = serde_json::from_value(row.content)
        .map_err(|error| Failure::refused("internal", error.to_string()))?;
    let mismatch = |text: String| Failure::refused("model_mismatch", text);
    let layer = content
        .layers
        .iter()
        .find(|layer| layer.name == manifest.layer)
        .ok_or_else(|| mismatch(format!("the standard has no layer {:?}", manifest.layer)))?;
    let unknown: Vec<&str> = manifest
        .classes
        .iter()
        .filter(|class| layer.classes.iter().all(|known| known.name != **class))
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(layer.field.clone());
    }
    let some = unknown
        .iter()
        .take(10)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    Err(mismatch(format!(
        "layer {:?} of the standard lacks the classes {some}",
        layer.name
    )))
}

/// The open tasks that this model version has not predicted yet.
fn open_tasks(work: &Work) -> Select<task::Entity> {
    let predicted = Query::select()
        .column(prediction::Column::TaskId)
        .from(prediction::Entity)
        .cond_where(
            Condition::all()
                .add(prediction::Column::ProjectId.eq(work.project.id))
                .add(prediction::Column::ModelVersionId.eq(work.model_version_id)),
        )
        .to_owned();
    task::Entity::find()
        .filter(task::Column::ProjectId.eq(work.project.id))
        .filter(task::Column::State.eq(TaskState::Open.to_value()))
        .filter(task::Column::Id.not_in_subquery(predicted))
}

/// The tasks that have a picture, with it; the others are told in the log, the first few by name.
async fn read_batch(
    attempt: &Attempt,
    work: &Work,
    tasks: &[task::Model],
    unreadable_before: u64,
) -> Result<Vec<(Uuid, Pixels)>> {
    let keys: Vec<String> = tasks.iter().map(|task| task.sample_key.clone()).collect();
    let pictures = pictures::read(&work.version, &work.field, &keys, &work.manifest).await?;
    let mut unreadable = unreadable_before;
    let mut readable = Vec::with_capacity(tasks.len());
    for (task, picture) in tasks.iter().zip(pictures) {
        match picture {
            Ok(pixels) => readable.push((task.id, pixels)),
            Err(reason) => {
                unreadable += 1;
                if unreadable <= NAMED {
                    attempt
                        .warning(&format!("{}: {reason}", task.sample_key))
                        .await?;
                }
            }
        }
    }
    Ok(readable)
}

/// Runs the model on a thread of its own, which has it while it runs.
async fn predict(
    mut session: Session,
    read: Vec<(Uuid, Pixels)>,
) -> Result<(Session, Vec<(Uuid, Prediction)>)> {
    let ran = tokio::task::spawn_blocking(move || {
        let channels = session.manifest().input.channels;
        let pictures: Vec<Picture<'_>> = read
            .iter()
            .map(|(_, pixels)| Picture {
                width: pixels.width,
                height: pixels.height,
                channels,
                data: &pixels.data,
            })
            .collect();
        let predictions = session.predict(&pictures)?;
        let found = read
            .iter()
            .map(|(task, _)| *task)
            .zip(predictions)
            .collect();
        Ok::<_, inference::Error>((session, found))
    });
    Ok(ran.await??)
}

async fn store(attempt: &Attempt, work: &Work, found: &[(Uuid, Prediction)]) -> Result<()> {
    attempt.check()?;
    if found.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(found.len());
    for (task, prediction) in found {
        rows.push(prediction::ActiveModel {
            id: Set(new_id()),
            workspace_id: Set(work.project.workspace_id),
            project_id: Set(work.project.id),
            task_id: Set(*task),
            model_version_id: Set(work.model_version_id),
            result: Set(serde_json::to_value(&prediction.result)
                .map_err(|error| Failure::refused("internal", error.to_string()))?),
            score: Set(f64::from(prediction.score)),
            created_at: Set(now()),
        });
    }
    let key = [
        prediction::Column::TaskId,
        prediction::Column::ModelVersionId,
    ];
    prediction::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(attempt.database())
        .await?;
    Ok(())
}
