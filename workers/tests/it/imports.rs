//! Import, and what follows a moved branch: index, statistics, mirrored ref.

use db::entity::import_issue;
use job_queue::JobState;
use jobs::ImportFormat;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_commits_and_what_follows_is_made() {
    for world in World::all().await {
        let (cat, dog) = (testkit::png(9, 7, 1), testkit::jpeg(8, 8, 2));
        let files: [(&str, &[u8]); 3] = [
            ("train/cat/a.png", &cat),
            ("train/dog/b.jpg", &dog),
            ("train/dog/c.png", b"no"),
        ];
        let import = world.stage(ImportFormat::Folder, &files).await;
        let id = world.enqueue(import).await;
        world.work().await;
        let job = world.job(id).await;
        assert_eq!(job.state, JobState::Succeeded, "{:?}", job.error);
        let result = job.result.unwrap();
        assert_eq!(
            (&result["samples"], &result["refused"]),
            (&2.into(), &1.into()),
            "{result}"
        );

        let issues = import_issue::Entity::find()
            .filter(import_issue::Column::JobId.eq(id))
            .order_by_asc(import_issue::Column::Seq)
            .all(&world.database.connection)
            .await
            .unwrap();
        assert_eq!(issues.len(), 1);
        assert_eq!(issues[0].path, "train/dog/c.png");

        let commit = world.head().await.unwrap();
        assert_eq!(result["commit"], commit.to_string());
        let objects = world.objects();
        let statistics = format!("derived/statistics/{commit}.json");
        let statistics: Value =
            serde_json::from_slice(&objects.get(&statistics).await.unwrap()).unwrap();
        assert_eq!(statistics["samples"], 2);
        let index = format!("derived/search/{}/{commit}.tar", world.dataset_id);
        assert!(objects.head(&index).await.unwrap().is_some());
        let repository = world.repository().await;
        assert_eq!(repository.resolve("main").await.unwrap(), commit);
        let version = repository.version(&commit).await.unwrap();
        assert_eq!(version.commit().lineage.sources, ["pets (3 files)"]);
        let view = repository.view(&commit).await.unwrap().unwrap();
        assert_eq!((view.files.len(), view.files[0].samples), (1, 2));
        assert!(objects.head(&view.files[0].path).await.unwrap().is_some());
        assert!(
            objects.list("staging").await.unwrap().is_empty(),
            "staged files are gone"
        );

        // The same files again: nothing to commit.
        let again = world.stage(ImportFormat::Folder, &files).await;
        let result = world.run(again).await;
        assert_eq!(result["committed"], false, "{result}");
        assert_eq!(world.head().await, Some(commit));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_of_nothing_readable_fails_with_a_report() {
    for world in World::all().await {
        let import = world
            .stage(ImportFormat::Folder, &[("a.png", b"no"), ("b.png", b"")])
            .await;
        let id = world.enqueue(import).await;
        world.work().await;
        let job = world.job(id).await;
        assert_eq!(job.state, JobState::Failed);
        assert_eq!(job.error.unwrap()["code"], "nothing_imported");
        assert_eq!(job.attempts, 1, "what can't succeed is not tried again");
        assert_eq!(world.head().await, None);
        let issues = import_issue::Entity::find()
            .all(&world.database.connection)
            .await
            .unwrap();
        assert_eq!(issues.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_at_the_same_time_all_land() {
    for world in World::all().await {
        let mut ids = Vec::new();
        for n in 0..4 {
            let line = format!("{{\"key\":\"k{n}\",\"text\":\"text {n}\"}}\n");
            let import = world
                .stage(ImportFormat::Jsonl, &[("t.jsonl", line.as_bytes())])
                .await;
            ids.push(world.enqueue(import).await);
        }
        world.work().await;
        for id in ids {
            let job = world.job(id).await;
            assert_eq!(job.state, JobState::Succeeded, "{:?}", job.error);
        }
        assert_eq!(world.version().await.sample_count(), 4);
    }
}
