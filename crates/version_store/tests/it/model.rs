//! Random histories of a whole dataset against a `BTreeMap`: segments, nodes, moved folders,
//! reopened stores, collections in between, and changes that are too many for memory. The roots are those of the content, whatever the history.

use std::collections::BTreeMap;

use annotation::Item;
use dataset::{LabelRow, Sample};
use ids::Hash;
use proptest::prelude::*;
use version_store::{Changes, GcRequest, Repository, Scratch, Store, StoreOptions};

use crate::builder::*;

/// By key: the number that its metadata has, and its class.
type Model = BTreeMap<String, (u32, Option<&'static str>)>;

const CLASSES: [&str; 3] = ["cat", "dog", "fox"];
const PICTURES: u32 = 4;

#[derive(Debug, Clone)]
enum Step {
    /// Sets, removes, labels and unlabels: what happens, to which of the keys, and how.
    Edit(Vec<(u8, u8, u32)>),
    /// So many samples at once, in one folder.
    Many(u8, u32),
    Move(u8, u8),
    Reopen,
    Materialize,
    Collect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edits = prop::collection::vec((0_u8..5, 0_u8..4, 0_u32..40), 1..12);
    let step = prop_oneof![
        6 => edits.prop_map(Step::Edit),
        1 => (0_u8..4, 50_u32..400).prop_map(|(folder, count)| Step::Many(folder, count)),
        3 => (0_u8..4, 0_u8..4).prop_map(|(from, to)| Step::Move(from, to)),
        2 => Just(Step::Reopen),
        1 => Just(Step::Materialize),
        1 => Just(Step::Collect),
    ];
    prop::collection::vec(step, 1..16)
}

fn name(folder: u8, number: u32) -> String {
    format!("f{folder}/{number:04}")
}

fn row(key_text: &str, number: u32, class: Option<&str>) -> (Sample, Option<LabelRow>) {
    let mut sample = sample(number % PICTURES, "train");
    sample.key = key(key_text);
    sample.metadata = [("number".into(), number.into())].into();
    let label = class.map(|class| {
        let item = Item::classification("class", "label", class);
        LabelRow::new(sample.key.clone(), item)
    });
    (sample, label)
}

fn set(changes: &mut Changes, key: &str, number: u32, class: Option<&str>) {
    let (sample, label) = row(key, number, class);
    changes.upsert_sample(&sample).unwrap();
    if let Some(label) = label {
        changes.set_label(&label, &import("model")).unwrap();
    }
}

/// One random edit, to the model and to the changes alike.
fn edit(model: &mut Model, changes: &mut Changes, (what, folder, number): (u8, u8, u32)) {
    let text = name(folder, number);
    match (what, model.get_mut(&text)) {
        (0, _) | (_, None) => {
            let class = (what % 2 == 0).then(|| CLASSES[number as usize % 3]);
            set(changes, &text, number + 100, class);
            let kept = model.get(&text).and_then(|(_, class)| *class);
            model.insert(text, (number + 100, class.or(kept)));
        }
        (1, _) => {
            changes.remove_sample(&key(&text));
            model.remove(&text);
        }
        (2, Some((_, class))) => {
            let row = row(&text, 0, None).0;
            changes.replace_labels(&row.key, None);
            let other = CLASSES[(number as usize + 1) % 3];
            let item = Item::classification("class", "label", other);
            let label = LabelRow::new(row.key, item);
            changes.set_label(&label, &import("model")).unwrap();
            *class = Some(other);
        }
        (_, Some((_, class))) => {
            let item = Item::classification("class", "label", "x");
            let label = LabelRow::new(key(&text), item);
            changes.remove_label(&label.key()).unwrap();
            *class = None;
        }
    }
}

/// The model after a move, unless the store must refuse it.
fn moved(model: &Model, from: u8, to: u8) -> Option<Model> {
    let (old, new) = (format!("f{from}/"), format!("f{to}/"));
    let mut after = Model::new();
    let mut count = 0;
    for (key, value) in model {
        let key = match key.strip_prefix(&old) {
            Some(rest) => {
                count += 1;
                format!("{new}{rest}")
            }
            None => key.clone(),
        };
        after.insert(key, *value);
    }
    (from != to && count > 0 && after.len() == model.len()).then_some(after)
}

async fn holds(repository: &Repository, head: &Hash, model: &Model) {
    let found: Model = content(repository, head)
        .await
        .into_iter()
        .map(|(key, (sample, labels))| {
            let number = sample.metadata["number"].as_u64().unwrap() as u32;
            let class = labels.first().map(|label| {
                let named = CLASSES.iter().find(|class| **class == label.item.class);
                *named.unwrap()
            });
            (key, (number, class))
        })
        .collect();
    assert_eq!(&found, model);
}

async fn open(url: &str) -> Repository {
    let store = Store::open(url, &StoreOptions::default()).await.unwrap();
    store.repository("pets").unwrap()
}

/// Plays a history; with `held_bytes` no more rows are held in memory while they are changed.
async fn play(history: Vec<Step>, held_bytes: Option<usize>) {
    let fixture = fixture().await;
    let folder = tempfile::tempdir().unwrap();
    let scratch = held_bytes.map(|bytes| Scratch::new(folder.path(), bytes));
    let no_changes = || match &scratch {
        Some(scratch) => Changes::spilling(scratch),
        None => Changes::new(),
    };
    let mut repository = open(&fixture.url).await;
    write_pictures(&repository, 0..PICTURES).await;
    let mut model = Model::new();
    let mut head: Option<Hash> = None;
    for step in history {
        let mut changes = no_changes();
        match step {
            Step::Edit(edits) => {
                let mut touched = std::collections::BTreeSet::new();
                for one in edits {
                    // One edit a key, so that their order within a commit has no part in it.
                    if touched.insert((one.1, one.2)) {
                        edit(&mut model, &mut changes, one);
                        changes.make_room().unwrap();
                    }
                }
            }
            Step::Many(folder, count) => {
                for number in 0..count {
                    let key = name(folder, number + 1000);
                    set(&mut changes, &key, number, Some(CLASSES[0]));
                    model.insert(key, (number, Some(CLASSES[0])));
                    changes.make_room().unwrap();
                }
            }
            Step::Move(from, to) => {
                let Some(parent) = head else { continue };
                let expected = moved(&model, from, to);
                if changes
                    .move_folder(&name(from, 0)[..2], &name(to, 0)[..2])
                    .is_err()
                {
                    assert!(expected.is_none());
                    continue;
                }
                let Some(expected) = expected else {
                    repository
                        .commit(request(&[parent], changes))
                        .await
                        .unwrap_err();
                    continue;
                };
                model = expected;
            }
            Step::Reopen => repository = open(&fixture.url).await,
            Step::Materialize => {
                if let Some(head) = &head {
                    repository.materialize(head).await.unwrap();
                }
            }
            Step::Collect => {
                let collect = GcRequest {
                    now_ms: 4_000_000_000_000,
                    extra_roots: head.into_iter().collect(),
                    ..GcRequest::default()
                };
                repository.store().gc(&collect).await.unwrap();
                // What no version had is gone.
                write_pictures(&repository, 0..PICTURES).await;
            }
        }
        let parents: Vec<Hash> = head.into_iter().collect();
        let next = commit(&repository, &parents, changes).await.commit;
        head = Some(next);
        holds(&repository, &next, &model).await;
    }
    let Some(head) = head else { return };
    let other = open(&fixture.url).await;
    holds(&other, &head, &model).await;
    let mut all = no_changes();
    for (key, (number, class)) in model.iter().rev() {
        // Of two changes the later counts, wherever they are kept.
        set(&mut all, key, 7, class.map(|_| CLASSES[2]));
        all.make_room().unwrap();
        set(&mut all, key, *number, *class);
        all.make_room().unwrap();
    }
    let whole = commit(&other, &[], all).await.commit;
    let (head, whole) = (
        other.store().commit(&head).await.unwrap(),
        other.store().commit(&whole).await.unwrap(),
    );
    assert_eq!((head.tree, head.provenance), (whole.tree, whole.provenance));
    assert_eq!(head.counts, whole.counts);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn roots_are_those_of_the_content_whatever_the_history(
        history in steps(),
        held_bytes in prop::option::of(0_usize..4000),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(play(history, held_bytes));
    }
}
