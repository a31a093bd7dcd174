//! Trees against a `BTreeMap`, over random histories.

use std::collections::BTreeMap;
use std::sync::Arc;

use blob_store::{ObjectRoot, StoreAccess};
use bytes::Bytes;
use ids::Hash;
use proptest::prelude::*;

use super::{
    Edit, Leaves, NodeSink, Scan, TreeDiff, TreeWriter, empty_root, get, store_long_values,
};
use crate::held::Held;
use crate::objects::Objects;
use crate::pack_writer::PackWriter;

type Model = BTreeMap<Vec<u8>, Bytes>;

struct Fixture {
    objects: Arc<Objects>,
    _folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let root = ObjectRoot::open(
        &folder.path().display().to_string(),
        &StoreAccess::default(),
    )
    .unwrap();
    Fixture {
        objects: Arc::new(Objects::new(root, &crate::StoreOptions::default())),
        _folder: folder,
    }
}

impl Fixture {
    async fn update(&self, root: &Hash, edits: &BTreeMap<Vec<u8>, Option<Bytes>>) -> Hash {
        let mut packs = PackWriter::new(Arc::clone(&self.objects), 1 << 20);
        let edits = edits.iter().map(|(key, value)| Edit {
            key: key.clone(),
            value: value.clone().map(Held::Value),
        });
        let mut edits: Vec<_> = edits.collect();
        store_long_values(&mut packs, &mut edits).await.unwrap();
        let mut writer = TreeWriter {
            objects: &self.objects,
            sink: NodeSink::Packs(&mut packs),
            kept: Leaves::new(),
        };
        let root = writer
            .update(root, edits.into_iter().map(Ok))
            .await
            .unwrap();
        packs.finish().await.unwrap();
        root
    }

    async fn build(&self, model: &Model) -> Hash {
        let edits = model
            .iter()
            .map(|(key, value)| (key.clone(), Some(value.clone())))
            .collect();
        self.update(&empty_root(), &edits).await
    }

    async fn rows(&self, root: &Hash, from: &[u8]) -> Model {
        let mut scan = Scan::start(&self.objects, root, from).await.unwrap();
        let mut rows = Model::new();
        while let Some(row) = scan.next().await.unwrap() {
            let value = row.value(&self.objects).await.unwrap().unwrap();
            rows.insert(row.key().to_vec(), value);
        }
        rows
    }

    async fn diff(&self, old: &Hash, new: &Hash) -> BTreeMap<Vec<u8>, Option<Bytes>> {
        let mut diff = TreeDiff::start(&self.objects, old, new, b"").await.unwrap();
        let mut found = BTreeMap::new();
        while let Some(change) = diff.next().await.unwrap() {
            assert_ne!(change.old, change.new);
            let new = change.new.map(|value| value.into_known(b"").unwrap());
            assert!(found.insert(change.key, new).is_none());
        }
        found
    }
}

fn key(number: u32) -> Vec<u8> {
    format!("sample/{number:05}").into_bytes()
}

fn value(seed: u16) -> Bytes {
    // Some values are too long for a leaf.
    let length = if seed.is_multiple_of(97) {
        1500
    } else {
        usize::from(seed % 13)
    };
    Bytes::from(vec![seed as u8; length])
}

/// A history: each step sets and removes some keys, in runs and scattered.
fn histories() -> impl Strategy<Value = Vec<Vec<(u32, Option<u16>)>>> {
    let scattered = prop::collection::vec(
        (0_u32..3000, prop::option::weighted(0.7, any::<u16>())),
        0..60,
    );
    let run = (
        0_u32..3000,
        1_u32..900,
        prop::option::weighted(0.6, any::<u16>()),
    )
        .prop_map(|(start, length, seed)| {
            (start..start + length)
                .map(|number| (number, seed))
                .collect()
        });
    prop::collection::vec(prop_oneof![scattered, run], 1..7)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_root_is_that_of_the_content_whatever_the_history(history in histories()) {
        runtime().block_on(async {
            let fixture = fixture();
            let mut model = Model::new();
            let mut root = empty_root();
            for step in history {
                let edits: BTreeMap<_, _> = step.iter().map(|(number, seed)| (key(*number), seed.map(value))).collect();
                let before = model.clone();
                for (key, value) in &edits {
                    match value {
                        Some(value) => model.insert(key.clone(), value.clone()),
                        None => model.remove(key),
                    };
                }
                let next = fixture.update(&root, &edits).await;
                let expected: BTreeMap<_, _> = edits
                    .into_iter()
                    .filter(|(key, value)| before.get(key) != value.as_ref())
                    .collect();
                assert_eq!(fixture.diff(&root, &next).await, expected);
                root = next;
                assert_eq!(root, fixture.build(&model).await);
            }
            assert_eq!(fixture.rows(&root, b"").await, model);
            let from = key(1500);
            assert_eq!(fixture.rows(&root, &from).await, model.split_off(&from));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_change_writes_few_nodes_and_rows_are_found() {
    let fixture = fixture();
    let mut model: Model = (0..20_000)
        .map(|number| (key(number), value(number as u16)))
        .collect();
    let root = fixture.build(&model).await;
    let top = fixture.objects.node(&root).await.unwrap();
    assert!(top.level >= 2);
    assert_eq!(top.total_rows(), 20_000);
    let before = fixture
        .objects
        .index()
        .files
        .iter()
        .map(|file| file.held().unwrap().len())
        .sum::<usize>();
    let edits = [(key(777), Some(Bytes::from_static(b"new")))].into();
    let changed = fixture.update(&root, &edits).await;
    let after = fixture
        .objects
        .index()
        .files
        .iter()
        .map(|file| file.held().unwrap().len())
        .sum::<usize>();
    assert_eq!(after - before, usize::from(top.level) + 1);
    assert_eq!(
        get(&fixture.objects, &changed, &key(777))
            .await
            .unwrap()
            .unwrap(),
        "new"
    );
    assert_eq!(
        get(&fixture.objects, &changed, b"none").await.unwrap(),
        None
    );
    model.insert(key(777), Bytes::from_static(b"new"));
    for ordinal in [0, 1, 63, 64, 777, 19_999] {
        let (key, _) = super::at(&fixture.objects, &changed, ordinal)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(Some(&key), model.keys().nth(ordinal as usize));
    }
    assert_eq!(
        super::at(&fixture.objects, &changed, 20_000).await.unwrap(),
        None
    );
    let none = model.keys().map(|key| (key.clone(), None)).collect();
    assert_eq!(fixture.update(&changed, &none).await, empty_root());
}
