//! A dataset of real pictures, in a folder and on a real S3 server.

use annotation::{Item, Maker, Provenance};
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use gates::GateRequest;
use ids::Hash;
use quality::gates::{BranchRule, Gate, GateReport, GateResult};
use testkit::S3Server;
use version_store::{
    Changes, CommitRequest, Error, Lineage, RefKind, RefMove, Repository, Store, StoreOptions,
};

pub struct World {
    pub repository: Repository,
    _folder: Option<tempfile::TempDir>,
    _server: Option<S3Server>,
}

/// Runs a test on both.
pub async fn everywhere(test: impl AsyncFn(World)) {
    test(World::in_folder().await).await;
    test(World::on_s3().await).await;
}

/// A sample: key, picture, split, class.
pub type Row<'a> = (&'a str, Vec<u8>, Option<&'a str>, Option<&'a str>);

impl World {
    async fn in_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().join("store").display().to_string();
        let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
        Self {
            _folder: Some(folder),
            ..Self::of(&store)
        }
    }

    async fn on_s3() -> Self {
        let server = S3Server::start().await;
        let options = StoreOptions {
            access: server.access(),
            ..StoreOptions::default()
        };
        let store = Store::init(&server.url("store"), &options).await.unwrap();
        Self {
            _server: Some(server),
            ..Self::of(&store)
        }
    }

    /// A dataset of a store that others keep.
    pub fn of(store: &Store) -> Self {
        Self {
            repository: store.repository("pets").unwrap(),
            _folder: None,
            _server: None,
        }
    }

    /// Commits these rows on top of a commit.
    pub async fn commit(&self, parent: Option<Hash>, rows: &[Row<'_>]) -> Hash {
        let mut changes = Changes::new();
        let mut blobs = self.repository.write_blobs().await.unwrap();
        for (key, bytes, split, class) in rows {
            let written = blobs.put(bytes.clone().into()).await.unwrap();
            let key = SampleKey::new(*key).unwrap();
            let image = BlobField {
                hash: written.hash,
                media_type: "image/png".into(),
                bytes: written.bytes,
                width: None,
                height: None,
            };
            let sample = Sample {
                key: key.clone(),
                fields: [("image".into(), Field::Blob(image))].into(),
                metadata: Default::default(),
                split: split.map(str::to_owned),
            };
            changes.upsert_sample(&sample).unwrap();
            if let Some(class) = class {
                let item = Item::classification("c", "label", class);
                changes
                    .set_label(&LabelRow::new(key, item), &provenance())
                    .unwrap();
            }
        }
        blobs.finish().await.unwrap();
        let request = CommitRequest {
            parents: parent.into_iter().collect(),
            changes,
            author: "ann".into(),
            message: "test".into(),
            time_ms: 1,
            lineage: Lineage::default(),
        };
        self.repository.commit(request).await.unwrap().commit
    }

    /// Puts `main` under a rule with these gates.
    pub async fn protect(&self, gates: serde_json::Value) {
        let gates: Vec<Gate> = serde_json::from_value(gates).unwrap();
        let rule = BranchRule {
            branches: "main".into(),
            no_deletion: true,
            no_rewind: true,
            gates,
        };
        let put = |rules: &mut quality::gates::Protection| {
            rules.rules = vec![rule.clone()];
            Ok::<_, Error>(())
        };
        self.repository.update_protection(put).await.unwrap();
    }

    pub async fn run(&self, old: Option<Hash>, new: Hash) -> GateReport {
        gates::run(
            &self.repository,
            &request(old, new),
            gates::Means::default(),
        )
        .await
        .unwrap()
    }

    /// Asks one gate about a commit.
    pub async fn ask(&self, check: serde_json::Value, old: Option<Hash>, new: Hash) -> GateResult {
        self.protect(serde_json::json!([{ "name": "g", "check": check }]))
            .await;
        let report = self.run(old, new).await;
        let protection = self.repository.protection().await.unwrap();
        let gate = protection.gates_for("main")[0];
        report.result(gate, "main", old).unwrap().clone()
    }
}

pub fn request(old: Option<Hash>, new: Hash) -> GateRequest<'static> {
    GateRequest {
        branch: "main",
        old,
        new,
        time_ms: 7,
    }
}

pub fn to(name: &'static str, old: Option<Hash>, new: Option<Hash>) -> RefMove<'static> {
    RefMove {
        kind: RefKind::Branch,
        name,
        old,
        new,
        by: "ann",
        cause: "test",
        time_ms: 5,
    }
}

fn provenance() -> Provenance {
    Provenance {
        made_by: Maker::Import { source: "x".into() },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

pub fn keys(result: &GateResult) -> Vec<Vec<&str>> {
    result
        .examples
        .iter()
        .map(|example| {
            [&example.key, &example.other_key]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect()
        })
        .collect()
}
