//! From a query to tasks, predictions and committed labels.

use annotation::Maker;
use db::entity::{
    ProjectState, TaskState, annotation as annotations, model, model_version, prediction, project,
    project_commit, task,
};
use db::environment::{new_id, now};
use ids::Hash;
use jobs::{ImportFormat, JobPayload};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, Set,
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, insert};

async fn tasks(world: &World, project_id: Uuid) -> Vec<task::Model> {
    task::Entity::find()
        .filter(task::Column::ProjectId.eq(project_id))
        .order_by_asc(task::Column::Seq)
        .all(&world.database.connection)
        .await
        .unwrap()
}

/// An accepted annotation, as submitting leaves it when nobody reviews.
async fn accept(world: &World, task: &task::Model, standard: Uuid, class: &str) -> Uuid {
    let id = new_id();
    insert!(
        world.database,
        annotations::Model {
            id,
            workspace_id: world.workspace_id,
            project_id: task.project_id,
            task_id: task.id,
            assignment_id: None,
            user_id: world.user_id,
            standard_version_id: standard,
            result: json!({"items": [
                {"id": "x1", "layer": "label", "kind": "classification", "class": class}]}),
            prediction_id: None,
            prediction_changed: false,
            supersedes: None,
            lead_time_ms: None,
            created_at: now(),
        }
    );
    let mut row = task.clone().into_active_model();
    row.state = Set(TaskState::Accepted);
    row.annotation_id = Set(Some(id));
    row.update(&world.database.connection).await.unwrap();
    id
}

fn commit(project_id: Uuid) -> JobPayload {
    JobPayload::CommitAnnotations {
        project_id,
        branch: "main".into(),
        message: "Labels".into(),
        author: "ann@example.org".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_are_made_once_however_often_the_job_runs() {
    for world in World::all().await {
        world.import_texts(1203).await;
        let project_id = world.project("text", &["good"], "key != 't0007'").await;
        for _ in 0..2 {
            let result = world.run(JobPayload::GenerateTasks { project_id }).await;
            assert_eq!(result["tasks"], 1202);
        }
        let made = tasks(&world, project_id).await;
        assert_eq!(made.len(), 1202);
        assert!(
            made.iter()
                .zip(1..)
                .all(|(task, seq)| task.seq == seq && task.open_slots == 1)
        );
        assert!(made.iter().all(|task| task.sample_key != "t0007"));
        let row = project::Entity::find_by_id(project_id)
            .one(&world.database.connection)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((row.state, row.task_count), (ProjectState::Active, 1202));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepted_annotations_are_committed_once_with_their_origin() {
    for world in World::all().await {
        world.import_texts(5).await;
        let project_id = world.project("text", &["good", "bad"], "").await;
        world.run(JobPayload::GenerateTasks { project_id }).await;
        let made = tasks(&world, project_id).await;
        let standard = project::Entity::find_by_id(project_id)
            .one(&world.database.connection)
            .await
            .unwrap()
            .unwrap()
            .standard_version_id;
        let first = accept(&world, &made[0], standard, "good").await;
        accept(&world, &made[2], standard, "bad").await;
        let before = world.head().await.unwrap();
        let result = world.run(commit(project_id)).await;
        assert_eq!(
            (&result["committed"], &result["annotations"]),
            (&true.into(), &2.into())
        );

        let version = world.version().await;
        assert_eq!(version.commit().parents, [before]);
        let labels = version.labels("t0000").await.unwrap();
        assert_eq!(labels.len(), 1);
        assert_eq!(
            (labels[0].item.id.as_str(), labels[0].item.class.as_str()),
            ("class", "good")
        );
        let (_, made_by) = version.provenance("t0000").await.unwrap().remove(0);
        assert_eq!(
            made_by.made_by,
            Maker::Person {
                user: "ann@example.org".into()
            }
        );
        assert_eq!(made_by.annotation_id, Some(first.to_string()));
        assert_eq!(made_by.standard, Some(Hash::of(b"standard")));

        // Nothing new: the head stays.
        let head = world.head().await;
        let result = world.run(commit(project_id)).await;
        assert_eq!(result["committed"], false, "{result}");
        assert_eq!(world.head().await, head);

        // One corrected, one new; a label that somebody else corrected since is not set back.
        let correction = json!({"key": "t0002", "text": "number 2", "label": "good"}).to_string();
        let import = world
            .stage(ImportFormat::Jsonl, &[("c.jsonl", correction.as_bytes())])
            .await;
        world.run(import).await;
        accept(&world, &made[0], standard, "bad").await;
        accept(&world, &made[4], standard, "good").await;
        let result = world.run(commit(project_id)).await;
        assert_eq!(result["annotations"], 2, "{result}");
        let version = world.version().await;
        assert_eq!(version.labels("t0000").await.unwrap()[0].item.class, "bad");
        assert_eq!(version.labels("t0004").await.unwrap()[0].item.class, "good");
        assert_eq!(version.commit().counts.labels, 3);
        let commits = project_commit::Entity::find()
            .count(&world.database.connection)
            .await;
        assert_eq!(commits.unwrap(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_predicts_each_open_task_once() {
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/inference/tests/fixtures"
    );
    let graph = std::fs::read(format!("{fixtures}/digits.onnx")).unwrap();
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(format!("{fixtures}/digits.json")).unwrap()).unwrap();
    for world in World::all().await {
        let pictures: Vec<(String, Vec<u8>)> = (0..70)
            .map(|n| (format!("d{n:02}.png"), testkit::png(8, 8, n)))
            .collect();
        let files: Vec<(&str, &[u8])> = pictures
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        let import = world.stage(ImportFormat::Folder, &files).await;
        world.run(import).await;
        let classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let project_id = world.project("image", &classes, "").await;
        world.run(JobPayload::GenerateTasks { project_id }).await;
        world
            .objects()
            .put("models/digits.onnx", graph.clone().into())
            .await
            .unwrap();
        let (model_id, model_version_id) = (new_id(), new_id());
        insert!(
            world.database,
            model::Model {
                id: model_id,
                workspace_id: world.workspace_id,
                name: "digits".into(),
                created_by: world.user_id,
                created_at: now(),
            }
        );
        insert!(
            world.database,
            model_version::Model {
                id: model_version_id,
                workspace_id: world.workspace_id,
                model_id,
                version: 1,
                hash: Hash::of(&graph).to_string(),
                manifest: manifest.clone(),
                object_path: "models/digits.onnx".into(),
                created_by: world.user_id,
                created_at: now(),
            }
        );
        let prelabel = JobPayload::Prelabel {
            project_id,
            model_version_id,
        };
        let result = world.run(prelabel.clone()).await;
        assert_eq!(result["predicted"], 70, "{result}");
        let result = world.run(prelabel).await;
        assert_eq!(
            result["predicted"], 0,
            "a second run finds nothing to do: {result}"
        );
        let rows = prediction::Entity::find()
            .all(&world.database.connection)
            .await
            .unwrap();
        assert_eq!(rows.len(), 70);
        assert!(rows.iter().all(|row| (0.0..=1.0).contains(&row.score)));
    }
}
