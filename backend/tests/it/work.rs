//! A dataset, a standard and a project to work on, without a worker: the test makes the tasks itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use annotation::{Item, Maker, Provenance};
use backend::AppState;
use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use db::entity::{self, ProjectState, TaskState, project, ref_row, task};
use db::environment::{new_id, now};
use ids::Hash;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use uuid::Uuid;
use version_store::{Changes, CommitRequest, Lineage, Repository, Store, StoreOptions};

use crate::app::{Answered, TestApp, Who};

/// Where the workspace of the tests is.
pub const LAB: &str = "/api/v1/workspaces/lab";

/// A project with tasks.
pub struct Work<'a> {
    pub app: &'a TestApp,
    pub project: String,
    pub project_id: Uuid,
    pub version_id: Value,
}

/// A standard for pictures of 40 x 30 pixels.
pub fn standard() -> Value {
    json!({
        "title": "Digits", "guideline": "Look twice.",
        "layers": [
            {"name": "label", "kind": "classification", "field": "image", "required": true, "classes": [
                {"name": "one", "color": "#ff0000", "hotkey": "1"},
                {"name": "two", "color": "#00ff00", "hotkey": "2"},
            ]},
            {"name": "objects", "kind": "box", "field": "image", "classes": [
                {"name": "stroke", "color": "#0000ff", "hotkey": "3"},
            ]},
        ],
    })
}

/// An answer that says `class`.
pub fn says(class: &str) -> Value {
    json!({"items": [{"id": "c1", "layer": "label", "kind": "classification", "class": class}]})
}

/// The dataset `digits` in the workspace's store, which is made.
async fn repository(app: &TestApp) -> Repository {
    let state: &AppState = &app.state;
    let root = state.stores.workspace("lab").await.unwrap().root.clone();
    let store = Store::init_root(root, &StoreOptions::default())
        .await
        .unwrap();
    store.repository("digits").unwrap()
}

/// Commits `samples` pictures as dataset `digits`; every other one is labelled `one`.
pub async fn dataset(app: &TestApp, samples: usize) -> Hash {
    let repository = repository(app).await;
    let mut writer = repository.write_blobs().await.unwrap();
    let picture = writer
        .put(Bytes::from(testkit::png(40, 30, 7)))
        .await
        .unwrap();
    writer.finish().await.unwrap();
    let mut changes = Changes::new();
    let made = Provenance {
        made_by: Maker::Import {
            source: "test".into(),
        },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    };
    for n in 0..samples {
        let key = key(n);
        let field = BlobField {
            hash: picture.hash,
            media_type: "image/png".into(),
            bytes: picture.bytes,
            width: Some(40),
            height: Some(30),
        };
        let sample = Sample {
            key: key.clone(),
            fields: [("image".to_owned(), Field::Blob(field))].into(),
            metadata: Default::default(),
            split: Some("train".into()),
        };
        changes.upsert_sample(&sample).unwrap();
        if n % 2 == 0 {
            let row = LabelRow::new(key, Item::classification("class", "label", "one"));
            changes.set_label(&row, &made).unwrap();
        }
    }
    commit(app, &repository, changes).await
}

/// The dataset `digits` with one sample, `a`, whose fields are these bytes of these media types.
pub async fn sample_of(app: &TestApp, fields: &[(&str, &str, &[u8])]) {
    let repository = repository(app).await;
    let mut writer = repository.write_blobs().await.unwrap();
    let mut sample = Sample {
        key: SampleKey::new("a").unwrap(),
        fields: Default::default(),
        metadata: Default::default(),
        split: None,
    };
    for (name, media_type, bytes) in fields {
        let written = writer.put(Bytes::copy_from_slice(bytes)).await.unwrap();
        let field = BlobField {
            hash: written.hash,
            media_type: (*media_type).to_owned(),
            bytes: written.bytes,
            width: None,
            height: None,
        };
        sample.fields.insert((*name).to_owned(), Field::Blob(field));
    }
    writer.finish().await.unwrap();
    let mut changes = Changes::new();
    changes.upsert_sample(&sample).unwrap();
    commit(app, &repository, changes).await;
}

/// Commits changes and has the database know the dataset and its branch.
async fn commit(app: &TestApp, repository: &Repository, changes: Changes) -> Hash {
    let request = CommitRequest {
        parents: Vec::new(),
        changes,
        author: "owner@lab.org".into(),
        message: "test".into(),
        time_ms: 0,
        lineage: Lineage::default(),
    };
    let commit = repository.commit(request).await.unwrap().commit;
    record(app, commit).await;
    commit
}

fn key(n: usize) -> SampleKey {
    SampleKey::new(format!("{n:04}.png")).unwrap()
}

async fn record(app: &TestApp, commit: Hash) {
    let me = app.get(&app.owner, "/api/v1/me").await.expect(200);
    let workspace = entity::workspace::Entity::find()
        .one(&app.state.db)
        .await
        .unwrap()
        .unwrap();
    let row = entity::dataset::Model {
        id: new_id(),
        workspace_id: workspace.id,
        name: "digits".into(),
        description: String::new(),
        created_at: now(),
        created_by: me["user"]["id"].as_str().unwrap().parse().unwrap(),
    };
    let dataset_id = row.id;
    row.into_active_model()
        .reset_all()
        .insert(&app.state.db)
        .await
        .unwrap();
    let head = ref_row::Model {
        dataset_id,
        kind: entity::RefKind::Branch,
        name: "main".into(),
        commit_hash: commit.to_string(),
        protected: true,
        updated_at: now(),
    };
    head.into_active_model()
        .reset_all()
        .insert(&app.state.db)
        .await
        .unwrap();
}

impl<'a> Work<'a> {
    /// Dataset, published standard, project, and `samples` tasks.
    pub async fn start(app: &'a TestApp, samples: usize, workflow: Value) -> Self {
        dataset(app, samples).await;
        let body = json!({"name": "digits", "content": standard()});
        let made = app
            .post(&app.owner, &format!("{LAB}/standards"), body)
            .await
            .expect(201);
        let publish = format!("{LAB}/standards/{}/publish", made["id"].as_str().unwrap());
        let version_id = app
            .send(&app.owner, Method::POST, &publish, None)
            .await
            .expect(201)["id"]
            .clone();
        let body = json!({"name": "first", "dataset": "digits", "ref": "main", "query": "",
            "standard_version_id": version_id, "workflow": workflow});
        let made = app
            .post(&app.owner, &format!("{LAB}/projects"), body)
            .await
            .expect(201);
        assert_eq!(made["state"], "generating");
        assert_eq!(made["generating_job"]["kind"], "generate_tasks");
        let project_id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
        let work = Self {
            app,
            project: format!("{LAB}/projects/{project_id}"),
            project_id,
            version_id,
        };
        work.make_tasks(samples).await;
        work
    }

    /// What the job `generate_tasks` does.
    async fn make_tasks(&self, samples: usize) {
        let db = &self.app.state.db;
        let row = project::Entity::find_by_id(self.project_id)
            .one(db)
            .await
            .unwrap()
            .unwrap();
        let slots = row.workflow["overlap"]
            .as_i64()
            .unwrap()
            .try_into()
            .unwrap();
        for n in 0..samples {
            let task = task::Model {
                id: new_id(),
                workspace_id: row.workspace_id,
                project_id: row.id,
                seq: i32::try_from(n + 1).unwrap(),
                sample_key: key(n).to_string(),
                state: TaskState::Open,
                open_slots: slots,
                fence: 0,
                annotation_id: None,
                returned: false,
                returned_to: None,
                created_at: now(),
                updated_at: now(),
            };
            task.into_active_model()
                .reset_all()
                .insert(db)
                .await
                .unwrap();
        }
        let mut row = row.into_active_model();
        row.state = Set(ProjectState::Active);
        row.task_count = Set(samples.try_into().unwrap());
        row.update(db).await.unwrap();
    }

    pub async fn next(&self, who: &Who) -> Answered {
        self.app
            .post(who, &format!("{}/tasks/next", self.project), json!({}))
            .await
    }

    /// The next task besides those that are named.
    pub async fn next_besides(&self, who: &Who, besides: &str) -> Answered {
        let path = format!("{}/tasks/next?besides={besides}", self.project);
        self.app.post(who, &path, json!({})).await
    }

    pub async fn next_review(&self, who: &Who) -> Answered {
        self.app
            .post(who, &format!("{}/reviews/next", self.project), json!({}))
            .await
    }

    /// Sends a change of a task under an Idempotency-Key.
    pub async fn change(
        &self,
        who: &Who,
        task: &Value,
        (verb, key): (&str, &str),
        body: Value,
    ) -> Answered {
        let path = format!("{LAB}/tasks/{}/{verb}", task["id"].as_str().unwrap());
        let request = self
            .app
            .request(who, Method::POST, &path)
            .header("idempotency-key", key);
        self.app.answer(request.json(&body)).await
    }

    /// Submits an answer under a new key.
    pub async fn submit(&self, who: &Who, task: &Value, result: Value) -> Answered {
        let body =
            json!({"fence": task["assignment"]["fence"], "result": result, "lead_time_ms": 1200});
        self.change(who, task, ("submit", &new_id().to_string()), body)
            .await
    }

    /// The kinds of the task's events.
    pub async fn events(&self, task: &Value) -> Vec<String> {
        let path = format!("{LAB}/tasks/{}/events", task["id"].as_str().unwrap());
        let page = self.app.get(&self.app.owner, &path).await.expect(200);
        let kind = |event: &Value| event["kind"].as_str().unwrap().to_owned();
        page["items"].as_array().unwrap().iter().map(kind).collect()
    }

    /// The project as it stands.
    pub async fn progress(&self) -> Value {
        self.app
            .get(&self.app.owner, &self.project)
            .await
            .expect(200)["progress"]
            .clone()
    }

    /// Number of stored annotations, drafts, reviews, events and keys: nothing may be added by a refused request.
    pub async fn rows(&self) -> Vec<u64> {
        use sea_orm::PaginatorTrait;
        let db = &self.app.state.db;
        vec![
            entity::annotation::Entity::find().count(db).await.unwrap(),
            entity::draft::Entity::find().count(db).await.unwrap(),
            entity::review::Entity::find().count(db).await.unwrap(),
            entity::task_event::Entity::find().count(db).await.unwrap(),
            entity::idempotency_key::Entity::find()
                .count(db)
                .await
                .unwrap(),
            entity::assignment::Entity::find().count(db).await.unwrap(),
            entity::model_version::Entity::find()
                .count(db)
                .await
                .unwrap(),
        ]
    }
}
