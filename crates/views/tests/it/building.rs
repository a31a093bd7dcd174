//! Views of versions: what they hold, and which of them a change writes again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use annotation::{Item, Maker, Prelabel, Provenance};
use dataset::columns::{ColumnType, MetadataColumn};
use dataset::{Field, LabelRow, Sample, SampleKey};
use ids::Hash;
use serde_json::json;
use testkit::S3Server;
use version_store::{
    Changes, CommitRequest, GcRequest, Lineage, RefKind, RefMove, Repository, Store, StoreOptions,
    ViewManifest,
};
use views::{Built, build};

/// Small enough for tests: about 2,300 samples a file.
const LEVEL: u8 = 1;
const SAMPLES: u32 = 12_000;

fn key(number: u32) -> SampleKey {
    SampleKey::new(format!("texts/{number:06}")).unwrap()
}

fn sample(number: u32) -> Sample {
    Sample {
        key: key(number),
        fields: [(
            "text".into(),
            Field::Inline(json!(format!("text {number}"))),
        )]
        .into(),
        metadata: [("number".into(), json!(number))].into(),
        split: Some("train".into()),
    }
}

fn label(number: u32, class: &str) -> LabelRow {
    LabelRow::new(key(number), Item::classification("c", "label", class))
}

fn imported() -> Provenance {
    Provenance {
        made_by: Maker::Import {
            source: "texts".into(),
        },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

fn corrected() -> Provenance {
    Provenance {
        made_by: Maker::Person {
            user: "ann@example.org".into(),
        },
        standard: Some(Hash::of(b"standard")),
        annotation_id: Some("a1".into()),
        prelabel: Some(Prelabel {
            model_version: Hash::of(b"model"),
            score: 0.5,
            changed: true,
        }),
        accepted_by: Some("bob@example.org".into()),
        ..imported()
    }
}

struct Place {
    repository: Repository,
    /// The folder in which each object of the store is a file.
    files: PathBuf,
    head: Option<Hash>,
    _folder: Option<tempfile::TempDir>,
    _server: Option<S3Server>,
}

/// Runs a test on a folder and on a real S3 server.
async fn everywhere(test: impl AsyncFn(Place)) {
    Box::pin(test(Place::in_folder().await)).await;
    Box::pin(test(Place::on_s3().await)).await;
}

impl Place {
    async fn in_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = folder.path().display().to_string();
        let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
        Self {
            repository: store.repository("texts").unwrap(),
            files: folder.path().to_owned(),
            head: None,
            _folder: Some(folder),
            _server: None,
        }
    }

    async fn on_s3() -> Self {
        let server = S3Server::start().await;
        let options = StoreOptions {
            access: server.access(),
            ..StoreOptions::default()
        };
        let store = Store::init(&server.url("views"), &options).await.unwrap();
        Self {
            repository: store.repository("texts").unwrap(),
            files: server.files().join("views"),
            head: None,
            _folder: None,
            _server: Some(server),
        }
    }

    /// Commits on `main`.
    async fn commit(&mut self, changes: Changes) -> Hash {
        let request = CommitRequest {
            parents: self.head.into_iter().collect(),
            changes,
            author: "ann@example.org".into(),
            message: "test".into(),
            time_ms: 1_700_000_000_000,
            lineage: Lineage {
                sources: vec!["texts".into()],
                ..Lineage::default()
            },
        };
        let commit = self.repository.commit(request).await.unwrap().commit;
        let moved = RefMove {
            kind: RefKind::Branch,
            name: "main",
            old: self.head,
            new: Some(commit),
            by: "ann",
            cause: "test",
            time_ms: 5,
        };
        self.repository.compare_and_swap_ref(&moved).await.unwrap();
        self.head = Some(commit);
        commit
    }

    async fn first(&mut self) -> Hash {
        let mut changes = Changes::new();
        for number in 0..SAMPLES {
            changes.upsert_sample(&sample(number)).unwrap();
            changes
                .set_label(&label(number, "good"), &imported())
                .unwrap();
        }
        self.commit(changes).await
    }

    async fn build(&self, commit: &Hash) -> Built {
        build(&self.repository.version(commit).await.unwrap(), LEVEL)
            .await
            .unwrap()
    }
}

fn paths(view: &ViewManifest) -> BTreeSet<&str> {
    view.files.iter().map(|file| file.path.as_str()).collect()
}

fn check_files(folder: &Path, view: &ViewManifest) {
    let mut after = None;
    for file in &view.files {
        let bytes = std::fs::read(folder.join(&file.path)).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes);
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
        assert_eq!(file.after, after);
        after = Some(file.last_key.clone());
    }
    let samples: u64 = view.files.iter().map(|file| file.samples).sum();
    let labels: u64 = view.files.iter().map(|file| file.labels).sum();
    assert_eq!(
        (samples, labels),
        (view.commit.counts.samples, view.commit.counts.labels)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_label_writes_one_file() {
    everywhere(async |mut place: Place| {
        let first = place.first().await;
        let before = place.build(&first).await;
        check_files(&place.files, &before.manifest);
        let files = before.manifest.files.len() as u64;
        assert!(files > 3, "{files}");
        assert_eq!(before.files_written, files);
        assert_eq!(before.manifest.commit.lineage.sources, ["texts"]);
        assert_eq!(
            place.build(&first).await.files_written,
            0,
            "what is there is not made again"
        );

        let mut changes = Changes::new();
        changes
            .set_label(&label(5000, "bad"), &corrected())
            .unwrap();
        let second = place.commit(changes).await;
        let after = place.build(&second).await;
        assert_eq!(after.files_written, 1);
        check_files(&place.files, &after.manifest);
        let (old, new) = (paths(&before.manifest), paths(&after.manifest));
        assert_eq!(old.intersection(&new).count() as u64, files - 1);
        let at = |file: &&version_store::ViewFile| file.last_key.as_str() >= key(5000).as_str();
        let changed = after.manifest.files.iter().find(at).unwrap();
        assert!(!old.contains(changed.path.as_str()));

        // Who made a label is shown too, so it counts although the tree of the version is the same.
        let mut changes = Changes::new();
        changes
            .confirm_label(&label(9000, "good"), &corrected())
            .unwrap();
        let third = place.commit(changes).await;
        let version = place.repository.version(&third).await.unwrap();
        assert_eq!(version.tree_hash(), after.manifest.commit.tree);
        assert_eq!(build(&version, LEVEL).await.unwrap().files_written, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_files_of_a_version_have_the_same_columns() {
    everywhere(async |mut place: Place| {
        let first = place.first().await;
        let files = place.build(&first).await.files_written;
        let mut odd = sample(7000);
        odd.metadata.insert("number".into(), json!("seven"));
        odd.metadata.insert("weight".into(), json!(0.5));
        let mut changes = Changes::new();
        changes.upsert_sample(&odd).unwrap();
        let second = place.commit(changes).await;
        let built = place.build(&second).await;
        assert_eq!(built.files_written, files, "every file has the new columns");
        let MetadataColumn::Typed(types) = &built.manifest.columns.metadata else {
            panic!("typed")
        };
        assert_eq!(
            (types["number"], types["weight"]),
            (ColumnType::Json, ColumnType::Float)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_samples_has_no_files() {
    everywhere(async |mut place: Place| {
        let mut changes = Changes::new();
        changes.upsert_sample(&sample(1)).unwrap();
        place.commit(changes).await;
        let mut changes = Changes::new();
        changes.remove_sample(&key(1));
        let empty = place.commit(changes).await;
        let built = place.build(&empty).await;
        assert!(built.manifest.files.is_empty());
        let view = place.repository.view(&empty).await.unwrap();
        assert_eq!(view, Some(built.manifest));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collection_keeps_views_of_live_versions_only() {
    everywhere(async |mut place: Place| {
        let first = place.first().await;
        let kept = place.build(&first).await.manifest;
        let mut changes = Changes::new();
        changes.set_label(&label(1, "bad"), &corrected()).unwrap();
        let second = place.commit(changes).await;
        let gone = place.build(&second).await.manifest;
        let back = RefMove {
            kind: RefKind::Branch,
            name: "main",
            old: Some(second),
            new: Some(first),
            by: "ann",
            cause: "test",
            time_ms: 6,
        };
        place.repository.compare_and_swap_ref(&back).await.unwrap();
        let collect = |now_ms| GcRequest {
            now_ms,
            grace_ms: 1000,
            ..GcRequest::default()
        };
        let store = place.repository.store();
        assert_eq!(
            store.gc(&collect(0)).await.unwrap().views_deleted,
            0,
            "within the grace"
        );
        let report = store.gc(&collect(4_000_000_000_000)).await.unwrap();
        assert_eq!(report.views_deleted, 2, "a file and a manifest");
        check_files(&place.files, &kept);
        assert_eq!(place.repository.view(&second).await.unwrap(), None);
        let lost = paths(&gone)
            .difference(&paths(&kept))
            .next()
            .unwrap()
            .to_owned();
        assert!(!place.files.join(lost).exists());

        // A file that went astray is made again.
        std::fs::remove_file(place.files.join(&kept.files[0].path)).unwrap();
        assert_eq!(place.build(&first).await.files_written, 1);
        check_files(&place.files, &kept);
    })
    .await;
}
