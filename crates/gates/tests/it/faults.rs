//! Gates of stores that fail: a branch moves only where its gates let it, and the next run completes.

use ids::Hash;
use serde_json::json;
use testkit::{FaultPlan, FaultyStore, S3Server, png};
use version_store::{RefKind, Store, StoreOptions};

use crate::world::{World, to};

/// Moves that may fail before a test gives up.
const TRIES: u32 = 200;

async fn open(faulty: &FaultyStore) -> version_store::Result<World> {
    let store = Store::open_root(faulty.root(), &StoreOptions::default()).await?;
    Ok(World::of(&store))
}

async fn head(world: &World) -> Option<Hash> {
    let found = world.repository.read_ref(RefKind::Branch, "main").await;
    found.unwrap()
}

async fn mend(faulty: &FaultyStore) {
    faulty.plan(FaultPlan::Sound);
    faulty.quiet().await;
    faulty.catch_up();
}

/// A commit that the gates refuse and one that they let through, tried under faults; failures met.
async fn play(faulty: FaultyStore, seed: u64) -> u32 {
    Store::init_root(faulty.root(), &StoreOptions::default())
        .await
        .unwrap();
    let world = open(&faulty).await.unwrap();
    let bad = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
    let good = world
        .commit(Some(bad), &[("a", png(8, 8, 1), None, Some("cat"))])
        .await;
    world
        .protect(json!([
            {"name": "labelled", "check": {"kind": "labels"}},
            {"name": "single", "check": {"kind": "duplicates", "fields": ["image"], "near": 2}},
        ]))
        .await;
    let per_mille = [20, 60, 150][seed as usize % 3];
    for tried in 0..TRIES {
        let seed = seed.wrapping_mul(1_000_003) + u64::from(tried);
        faulty.plan(FaultPlan::Random { seed, per_mille });
        let (mut refused, mut moved) = (None, None);
        if let Ok(world) = open(&faulty).await {
            let repository = &world.repository;
            refused =
                Some(gates::move_branch(repository, &to("main", None, Some(bad)), None).await);
            moved = Some(gates::move_branch(repository, &to("main", None, Some(good)), None).await);
        }
        mend(&faulty).await;
        let world = open(&faulty).await.unwrap();
        assert!(
            !matches!(refused, Some(Ok(()))),
            "seed {seed}: a gate was passed by"
        );
        let at = head(&world).await;
        // An error leaves the branch where it was, or where it was sent: the answer may be lost.
        assert!(at.is_none() || at == Some(good), "seed {seed}");
        assert_eq!(
            world
                .repository
                .store()
                .fsck(false, |_, _| {})
                .await
                .unwrap()
                .problems,
            []
        );
        if matches!(moved, Some(Ok(()))) {
            assert_eq!(at, Some(good), "seed {seed}: an acknowledged move is lost");
        }
        if at == Some(good) {
            let report = world.repository.gate_report(&good).await.unwrap().unwrap();
            assert!(report.results.iter().all(|result| result.passed));
            return tried;
        }
    }
    panic!("seed {seed}: it never moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn gates_hold_in_a_folder_that_fails() {
    let mut failed = 0;
    for seed in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        failed += play(FaultyStore::over_folder(folder.path()), seed).await;
    }
    assert!(failed > 2, "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gates_hold_on_s3_that_fails() {
    for seed in 100..104 {
        let server = S3Server::start().await;
        play(FaultyStore::over_s3(&server), seed).await;
    }
}
