//! Which commit brought a label: found by what commits changed, and not by opening each of them.

use dataset::LabelRow;
use ids::Hash;
use testkit::{FaultPlan, FaultyStore};
use version_store::{Changes, Repository, Store, StoreOptions};

use crate::builder::*;
use crate::world::{Draw, World};

async fn reopen(faulty: &FaultyStore) -> Repository {
    let store = Store::open_root(faulty.root(), &StoreOptions::default())
        .await
        .unwrap();
    store.repository("pets").unwrap()
}

/// What blame means, by opening every version on the way.
async fn by_opening_all(repository: &Repository, at: Hash, label: &LabelRow) -> Hash {
    let mut here = at;
    loop {
        let version = repository.version(&here).await.unwrap();
        let mut next = None;
        for parent in version.commit().parents.clone() {
            let parent = repository.version(&parent).await.unwrap();
            let labels = parent.labels(label.sample.as_str()).await.unwrap();
            if next.is_none() && labels.contains(label) {
                next = Some(parent.hash());
            }
        }
        match next {
            Some(parent) => here = parent,
            None => return here,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_is_not_opened_commit_by_commit() {
    let faulty = FaultyStore::in_memory();
    let options = StoreOptions::default();
    let store = Store::init_root(faulty.root(), &options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    const COMMITS: u32 = 200;
    let mut head = first_commit(&repository, 300).await;
    let mut brought = head;
    for number in 0..COMMITS {
        let mut changes = Changes::new();
        let which = if number == 50 { 7 } else { 8 + number };
        let row = class(which, if number == 50 { "fox" } else { "bird" });
        changes.set_label(&row, &person("bob")).unwrap();
        let next = commit(&repository, &[head], changes).await.commit;
        if number == 50 {
            brought = next;
        }
        head = next;
    }
    for (key, expected) in [("00007.png", brought), ("00207.png", head)] {
        let repository = reopen(&faulty).await;
        faulty.plan(FaultPlan::Sound);
        let blames = repository.blame(&head, key).await.unwrap();
        assert_eq!((blames.len(), blames[0].commit), (1, expected));
        // A commit and a segment each, and what the few versions that are opened need.
        let reads = faulty.reads();
        println!("{key}: {reads} reads for {COMMITS} commits");
        assert!(reads < u64::from(COMMITS) * 3 + 300, "{reads}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blame_finds_what_opening_all_versions_finds() {
    for seed in 0..6 {
        let faulty = FaultyStore::in_memory();
        let mut world = World::new(faulty.clone()).await;
        let mut draw = Draw::new(seed);
        world.import("main", 0..12).await.unwrap();
        world.fork("main", World::branch("try")).await.unwrap();
        for _ in 0..30 {
            let branch = ["main", "try"][draw.below(2)];
            let numbers: Vec<u32> = (0..1 + draw.below(3))
                .map(|_| draw.below(12) as u32)
                .collect();
            let class_name = ["cat", "dog", "bird", "fox"][draw.below(4)];
            match draw.below(6) {
                0 => world.merge("try", "main").await.unwrap(),
                1 => world.merge("main", "try").await.unwrap(),
                _ => world.relabel(branch, &numbers, class_name).await.unwrap(),
            }
        }
        let repository = reopen(&faulty).await;
        for head in world.heads.values() {
            let version = repository.version(head).await.unwrap();
            for number in 0..12 {
                let key = format!("{number:05}.png");
                let labels = version.labels(&key).await.unwrap();
                let blames = repository.blame(head, &key).await.unwrap();
                assert_eq!(blames.len(), labels.len());
                for (blame, label) in blames.iter().zip(&labels) {
                    assert_eq!(&blame.label, label);
                    let expected = by_opening_all(&repository, *head, label).await;
                    assert_eq!(blame.commit, expected, "seed {seed}: {key}");
                }
            }
        }
    }
}
