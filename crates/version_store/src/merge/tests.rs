//! Merges by change segments against merges by trees, over random histories of both sides.

use annotation::{Item, Maker, Provenance};
use dataset::{LabelRow, Sample, SampleKey};
use ids::Hash;
use proptest::prelude::*;

use super::Settle;
use crate::{Changes, CommitRequest, Lineage, Repository, Store, StoreOptions};

const KEYS: u32 = 60;

#[derive(Debug, Clone, Copy)]
enum Edit {
    Sample(u32, u8),
    Remove(u32),
    Label(u32, u8),
    Confirm(u32, u8),
    Unlabel(u32),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let key = 0..KEYS;
    // Few values, so that a row is often set to what it was, or to what the other side sets.
    let edit = prop_oneof![
        2 => (key.clone(), 0_u8..3).prop_map(|(key, value)| Edit::Sample(key, value)),
        1 => key.clone().prop_map(Edit::Remove),
        4 => (key.clone(), 0_u8..3).prop_map(|(key, value)| Edit::Label(key, value)),
        2 => (key.clone(), 0_u8..3).prop_map(|(key, value)| Edit::Confirm(key, value)),
        1 => key.prop_map(Edit::Unlabel),
    ];
    prop::collection::vec(edit, 1..14)
}

fn side() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    prop::collection::vec(edits(), 1..5)
}

fn key(number: u32) -> SampleKey {
    SampleKey::new(format!("pictures/{number:03}")).unwrap()
}

fn sample(number: u32, value: u8) -> Sample {
    // One of the values is too long for a leaf.
    let text = "long ".repeat(if value == 2 { 300 } else { 1 });
    Sample {
        key: key(number),
        fields: [("text".into(), dataset::Field::Inline(text.into()))].into(),
        metadata: [("value".into(), value.into())].into(),
        split: None,
    }
}

fn label(number: u32, value: u8) -> LabelRow {
    let class = format!("class {value}");
    LabelRow::new(key(number), Item::classification("item", "layer", &class))
}

fn made_by(user: u8) -> Provenance {
    let user = format!("user {user}");
    Provenance {
        made_by: Maker::Person { user },
        standard: None,
        at: "2026-01-01T00:00:00Z".into(),
        annotation_id: None,
        prelabel: None,
        accepted_by: None,
    }
}

/// What is left of the edits where samples come and go: labels only where there is a sample.
fn changes(edits: &[Edit], there: &mut [bool], user: u8) -> Changes {
    let mut changes = Changes::new();
    for edit in edits {
        match *edit {
            Edit::Sample(number, value) => {
                changes.upsert_sample(&sample(number, value)).unwrap();
                there[number as usize] = true;
            }
            Edit::Remove(number) => {
                changes.remove_sample(&key(number));
                there[number as usize] = false;
            }
            Edit::Unlabel(number) => changes.remove_label(&label(number, 0).key()).unwrap(),
            Edit::Label(number, value) => {
                let (row, from) = (label(number, value), made_by(user));
                changes.set_label(&row, &from).unwrap();
            }
            Edit::Confirm(number, value) => {
                let (row, from) = (label(number, value), made_by(user + value));
                changes.confirm_label(&row, &from).unwrap();
            }
        }
    }
    changes.labels.retain(|label| {
        let sample = crate::rows::sample_of_label(&label.edit.key);
        (0..KEYS).any(|number| there[number as usize] && key(number).as_str().as_bytes() == sample)
    });
    changes
}

async fn commit(repository: &Repository, parents: &[Hash], changes: Changes) -> Hash {
    let request = CommitRequest {
        parents: parents.to_vec(),
        changes,
        author: "ann".into(),
        message: "m".into(),
        time_ms: 1,
        lineage: Lineage::default(),
    };
    repository.commit(request).await.unwrap().commit
}

async fn play(first: Vec<Edit>, sides: [Vec<Vec<Edit>>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().display().to_string();
    let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let mut there = vec![true; KEYS as usize];
    let mut all: Vec<Edit> = (0..KEYS).map(|number| Edit::Sample(number, 0)).collect();
    all.extend((0..KEYS / 2).map(|number| Edit::Label(number, 0)));
    let base = commit(&repository, &[], changes(&all, &mut there, 0)).await;
    let base = commit(&repository, &[base], changes(&first, &mut there, 0)).await;
    let mut heads = [base, base];
    for ((head, commits), user) in heads.iter_mut().zip(sides).zip([1, 4]) {
        let mut there = there.clone();
        for edits in commits {
            *head = commit(&repository, &[*head], changes(&edits, &mut there, user)).await;
        }
    }
    let [ours, theirs] = heads;
    // A side that leads back to an older content wrote its nodes, and few of them: it has no segment.
    let rows = repository.changed_rows(&base, &ours, &theirs).await;
    let Some(rows) = rows.unwrap() else { return };
    let at = [&base, &ours, &theirs];
    let settle = Settle::default();
    let by_rows = Box::pin(repository.join(at, &settle, Some(rows)))
        .await
        .unwrap();
    let by_trees = Box::pin(repository.join(at, &settle, None)).await.unwrap();
    assert_eq!(by_rows.conflicts, by_trees.conflicts);
    assert_eq!(by_rows.changes.samples, by_trees.changes.samples);
    assert_eq!(by_rows.changes.labels, by_trees.changes.labels);
    let parents = [ours, theirs];
    let one = commit(&repository, &parents, by_rows.changes).await;
    let other = commit(&repository, &parents, by_trees.changes).await;
    assert_eq!(one, other);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn segments_and_trees_lead_to_the_same_merge(first in edits(), ours in side(), theirs in side()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(play(first, [ours, theirs]));
    }
}
