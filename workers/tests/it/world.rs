//! A workspace with a person and an empty dataset, and a worker that runs until nothing is left to do.

use std::time::Duration;

use blob_store::{ObjectRoot, StoreAccess};
use db::entity::{
    ProjectState, RefKind, UploadState, dataset, project, ref_row, standard, standard_version,
    upload, upload_file, user, workspace,
};
use db::environment::{new_id, now};
use ids::Hash;
use job_queue::entity::job;
use job_queue::{Job, JobState, NewJob};
use jobs::{Import, ImportFormat, JobPayload};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::TestDatabase;
use uuid::Uuid;
use version_store::{Repository, Store, StoreOptions, Version};
use workers::WorkerConfig;

pub struct World {
    pub database: TestDatabase,
    pub folder: TempDir,
    pub workspace_id: Uuid,
    pub user_id: Uuid,
    pub dataset_id: Uuid,
}

/// Inserts a row under the entity of its type.
macro_rules! insert {
    ($world:expr, $model:expr) => {
        $model
            .into_active_model()
            .insert(&$world.connection)
            .await
            .unwrap()
    };
}
pub(crate) use insert;

impl World {
    /// One on each database.
    pub async fn all() -> Vec<Self> {
        let mut worlds = Vec::new();
        for database in testkit::databases().await {
            worlds.push(Self::new(database).await);
        }
        worlds
    }

    async fn new(database: TestDatabase) -> Self {
        let at = now();
        let (user_id, workspace_id, dataset_id) = (new_id(), new_id(), new_id());
        insert!(
            database,
            user::Model {
                id: user_id,
                email: "ann@example.org".into(),
                name: "Ann".into(),
                password_hash: "none".into(),
                created_at: at,
                disabled_at: None,
            }
        );
        let name = "Team".to_owned();
        insert!(
            database,
            workspace::Model {
                id: workspace_id,
                slug: "team".into(),
                name,
                created_at: at
            }
        );
        insert!(
            database,
            dataset::Model {
                id: dataset_id,
                workspace_id,
                name: "things".into(),
                description: String::new(),
                created_at: at,
                created_by: user_id,
            }
        );
        let folder = tempfile::tempdir().unwrap();
        Self {
            database,
            folder,
            workspace_id,
            user_id,
            dataset_id,
        }
    }

    pub fn config(&self) -> WorkerConfig {
        WorkerConfig {
            database_url: self.database.url.clone(),
            store_url: self.folder.path().join("store").display().to_string(),
            store_access: StoreAccess::default(),
            cache_dir: self.folder.path().join("cache"),
            queues: jobs::QUEUES.iter().map(|&queue| queue.to_owned()).collect(),
            concurrency: 2,
            lease: WorkerConfig::LEASE,
            onnx_library: None,
            outbound: None,
        }
    }

    pub fn objects(&self) -> ObjectRoot {
        let config = self.config();
        ObjectRoot::open(&config.store_url, &config.store_access)
            .unwrap()
            .child("team")
            .unwrap()
    }

    pub async fn repository(&self) -> Repository {
        let store = Store::init_root(self.objects(), &StoreOptions::default())
            .await
            .unwrap();
        store.repository("things").unwrap()
    }

    pub async fn enqueue(&self, payload: JobPayload) -> Uuid {
        let new = NewJob {
            workspace_id: Some(self.workspace_id),
            created_by: Some(self.user_id),
            payload,
        };
        job_queue::enqueue(&self.database.connection, new, now(), new_id())
            .await
            .unwrap()
            .id
    }

    pub async fn job(&self, id: Uuid) -> Job {
        job_queue::get(&self.database.connection, self.workspace_id, id)
            .await
            .unwrap()
            .unwrap()
    }

    /// Runs a worker until every job has ended; panics when that takes a minute.
    pub async fn work(&self) {
        let idle = async {
            loop {
                let busy =
                    job::Entity::find()
                        .filter(job::Column::State.is_in(
                            [JobState::Queued, JobState::Running].map(|state| state.to_value()),
                        ))
                        .count(&self.database.connection)
                        .await
                        .unwrap();
                if busy == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let idle = async {
            tokio::time::timeout(Duration::from_secs(60), idle)
                .await
                .expect("the jobs end");
        };
        workers::run(self.config(), idle).await.unwrap();
    }

    /// Enqueues, works until idle, and gives the job's result; panics unless it succeeded.
    pub async fn run(&self, payload: JobPayload) -> Value {
        let id = self.enqueue(payload).await;
        self.work().await;
        let job = self.job(id).await;
        assert_eq!(
            job.state,
            JobState::Succeeded,
            "{}: {:?}",
            self.database.name,
            job.error
        );
        job.result.unwrap()
    }

    /// Stages files and gives the import of them.
    pub async fn stage(&self, format: ImportFormat, files: &[(&str, &[u8])]) -> JobPayload {
        let upload_id = new_id();
        insert!(
            self.database,
            upload::Model {
                id: upload_id,
                workspace_id: self.workspace_id,
                dataset_id: self.dataset_id,
                created_by: self.user_id,
                state: UploadState::Importing,
                created_at: now(),
            }
        );
        for (path, bytes) in files {
            let object_path = format!("staging/{upload_id}/{}", new_id());
            self.objects()
                .put(&object_path, bytes.to_vec().into())
                .await
                .unwrap();
            insert!(
                self.database,
                upload_file::Model {
                    upload_id,
                    path: (*path).to_owned(),
                    object_path,
                    bytes: bytes.len() as i64,
                    hash: Hash::of(bytes).to_string(),
                }
            );
        }
        JobPayload::Import(Import {
            dataset_id: self.dataset_id,
            upload_id,
            format,
            branch: "main".into(),
            label_from_folder: true,
            message: "Import".into(),
            author: "ann@example.org".into(),
            source: Some("pets".into()),
        })
    }

    /// Imports texts `t0`, `t1`, …
    pub async fn import_texts(&self, count: usize) -> Value {
        let lines: String = (0..count)
            .map(|n| {
                format!(
                    "{}\n",
                    json!({"key": format!("t{n:04}"), "text": format!("number {n}")})
                )
            })
            .collect();
        let import = self
            .stage(ImportFormat::Jsonl, &[("texts.jsonl", lines.as_bytes())])
            .await;
        self.run(import).await
    }

    pub async fn head(&self) -> Option<Hash> {
        let key = (self.dataset_id, RefKind::Branch, "main".to_owned());
        let row = ref_row::Entity::find_by_id(key)
            .one(&self.database.connection)
            .await
            .unwrap();
        row.map(|row| row.commit_hash.parse().unwrap())
    }

    pub async fn version(&self) -> Version {
        let head = self.head().await.unwrap();
        self.repository().await.version(&head).await.unwrap()
    }

    /// A project over the head of main, with a standard of one layer, not generated yet.
    pub async fn project(&self, field: &str, classes: &[&str], query: &str) -> Uuid {
        let (standard_id, version_id, project_id) = (new_id(), new_id(), new_id());
        let classes: Vec<Value> = classes
            .iter()
            .map(|name| json!({"name": name, "color": "#112233"}))
            .collect();
        let content = json!({"title": "T", "layers": [{"name": "label", "kind": "classification",
            "field": field, "classes": classes}]});
        insert!(
            self.database,
            standard::Model {
                id: standard_id,
                workspace_id: self.workspace_id,
                name: format!("s {standard_id}"),
                draft: content.clone(),
                draft_revision: 1,
                created_by: self.user_id,
                created_at: now(),
                updated_at: now(),
            }
        );
        insert!(
            self.database,
            standard_version::Model {
                id: version_id,
                workspace_id: self.workspace_id,
                standard_id,
                version: 1,
                hash: Hash::of(b"standard").to_string(),
                content,
                published_by: self.user_id,
                published_at: now(),
            }
        );
        insert!(
            self.database,
            project::Model {
                id: project_id,
                workspace_id: self.workspace_id,
                dataset_id: self.dataset_id,
                name: "p".into(),
                source_ref: "main".into(),
                source_commit: self.head().await.unwrap().to_string(),
                query: query.into(),
                standard_version_id: version_id,
                workflow: json!({"overlap": 1, "review": false, "lease_seconds": 900}),
                state: ProjectState::Generating,
                task_count: 0,
                created_by: self.user_id,
                created_at: now(),
            }
        );
        project_id
    }
}
