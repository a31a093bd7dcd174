//! Checks, collections and erasures of a workspace's store.

use db::entity::{annotation, erasure, project, ref_row, task};
use job_queue::JobState;
use job_queue::entity::job;
use jobs::{Erasure, JobPayload};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use version_store::{Error, RefKind};

use crate::world::World;

fn erase(keys: &[&str], dry_run: bool) -> JobPayload {
    JobPayload::EraseSamples(Erasure {
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        reason: "asked to".into(),
        author: "ann@example.org".into(),
        dry_run,
    })
}

async fn failed(world: &World) -> u64 {
    job::Entity::find()
        .filter(job::Column::State.eq(JobState::Failed.to_value()))
        .count(&world.database.connection)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_sample_is_gone_from_versions_and_tasks() {
    for world in World::all().await {
        world.import_texts(5).await;
        let project_id = world.project("text", &["good"], "").await;
        world.run(JobPayload::GenerateTasks { project_id }).await;
        let look = world.run(erase(&["t0002", "none"], true)).await;
        assert_eq!(
            (&look["report"]["keys"], &look["tasks"]),
            (&1.into(), &1.into())
        );
        assert!(
            world
                .version()
                .await
                .sample("t0002")
                .await
                .unwrap()
                .is_some()
        );

        let before = world.version().await.tree_hash();
        let done = world.run(erase(&["t0002", "none"], false)).await;
        assert_eq!(
            (&done["report"]["keys"], &done["tasks"]),
            (&1.into(), &1.into())
        );
        let version = world.version().await;
        assert_eq!(version.tree_hash(), before, "hashes stay");
        let gone = version.sample("t0002").await;
        assert!(matches!(gone, Err(Error::Erased { .. })), "{gone:?}");
        assert!(version.sample("t0003").await.unwrap().is_some());

        let connection = &world.database.connection;
        let tasks = task::Entity::find().all(connection).await.unwrap();
        assert_eq!(tasks.len(), 4);
        assert!(tasks.iter().all(|task| task.sample_key != "t0002"));
        let row = project::Entity::find_by_id(project_id)
            .one(connection)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.task_count, 4);
        assert_eq!(
            annotation::Entity::find().count(connection).await.unwrap(),
            0
        );
        let note = erasure::Entity::find()
            .one(connection)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (note.reason.as_str(), note.author.as_str()),
            ("asked to", "ann@example.org")
        );
        assert_eq!(failed(&world).await, 0, "what is derived was made again");

        let again = world.run(erase(&["t0002"], false)).await;
        assert_eq!(again["report"]["rows"], 0, "{again}");
        let check = world.run(JobPayload::CheckStore { fast: false }).await;
        assert_eq!(check["found"], 0, "{check}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_keeps_what_the_database_names() {
    for world in World::all().await {
        world.import_texts(3).await;
        let head = world.head().await.unwrap();
        // The mirror of the branch is lost; the truth is in the database.
        let repository = world.repository().await;
        repository
            .put_mirror_ref(RefKind::Branch, "main", None, 1)
            .await
            .unwrap();
        let collect = JobPayload::CollectGarbage {
            grace_ms: 0,
            dry_run: false,
        };
        for _ in 0..2 {
            let done = world.run(collect.clone()).await;
            assert_eq!(done["report"]["commits_deleted"], 0, "{done}");
        }
        let version = world.repository().await.version(&head).await.unwrap();
        assert!(version.sample("t0001").await.unwrap().is_some());

        ref_row::Entity::delete_many()
            .exec(&world.database.connection)
            .await
            .unwrap();
        let look = JobPayload::CollectGarbage {
            grace_ms: 0,
            dry_run: true,
        };
        let would = world.run(look).await;
        assert_eq!(would["report"]["commits_deleted"], 1, "{would}");
        assert!(world.repository().await.version(&head).await.is_ok());
        for _ in 0..2 {
            world.run(collect.clone()).await;
        }
        assert!(world.repository().await.version(&head).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_names_what_is_damaged() {
    for world in World::all().await {
        world.import_texts(3).await;
        let sound = world.run(JobPayload::CheckStore { fast: true }).await;
        assert_eq!((&sound["found"], &sound["fast"]), (&0.into(), &true.into()));
        let objects = world.objects();
        let pack = objects.list("packs").await.unwrap().remove(0).path;
        let mut bytes = objects.get(&pack).await.unwrap().to_vec();
        bytes[8] ^= 1;
        objects.put(&pack, bytes.into()).await.unwrap();
        let hurt = world.run(JobPayload::CheckStore { fast: false }).await;
        assert!(hurt["found"].as_u64().unwrap() > 0, "{hurt}");
        assert!(
            hurt["report"]["problems"][0]["detail"].is_string(),
            "{hurt}"
        );
    }
}
