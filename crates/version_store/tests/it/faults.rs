//! Random histories over stores that fail: nothing acknowledged is lost, no wrong byte is served, and when
//! the faults stop the store is sound but for garbage and the next run completes.

use testkit::{FaultPlan, FaultyStore, S3Server};
use version_store::{RefKind, Result};

use crate::world::{Draw, World, is_honest};

const CLASSES: [&str; 4] = ["cat", "dog", "bird", "fox"];
const BRANCHES: [&str; 3] = ["main", "try", "other"];

async fn step(world: &mut World, draw: &mut Draw, at: u32) -> Result<()> {
    let mut branch = BRANCHES[draw.below(3)];
    if !world.heads.contains_key(&World::branch(branch)) {
        world.fork("main", World::branch(branch)).await?;
        branch = "main";
    }
    world.switch(draw.below(2));
    match draw.below(21) {
        0..=4 => world.import(branch, at * 5..at * 5 + 4).await,
        5..=9 => {
            let held: Vec<u32> = world
                .content_of(&World::branch(branch))
                .into_keys()
                .collect();
            let numbers: Vec<u32> = held.into_iter().filter(|_| draw.below(3) == 0).collect();
            world
                .relabel(branch, &numbers, CLASSES[draw.below(4)])
                .await
        }
        10 => {
            let held = world.content_of(&World::branch(branch));
            match held.keys().nth(draw.below(held.len().max(1))) {
                Some(number) => world.remove(branch, *number).await,
                None => Ok(()),
            }
        }
        11..=13 => world.fork(branch, (RefKind::Tag, format!("v{at}"))).await,
        14..=15 => world.merge(BRANCHES[draw.below(3)], branch).await,
        20 => {
            // What the new name alone leads to must stay, also while lists do not know it yet.
            world.rename("try", "renamed").await?;
            world.rename("renamed", "try").await
        }
        16 => world.gc().await,
        17 => {
            world.wait();
            world.gc().await
        }
        18 => {
            world.reopen().await;
            Ok(())
        }
        _ => {
            world.check_a_head(draw.below(100)).await;
            Ok(())
        }
    }
}

/// Plays a history of so many steps under faults; faults injected, moves acknowledged and refused.
async fn play(faulty: FaultyStore, seed: u64, steps: u32) -> (u64, usize, usize) {
    let mut world = World::new(faulty.clone()).await;
    world.import("main", 800..806).await.unwrap();
    let mut draw = Draw::new(seed);
    let per_mille = [20, 60, 150][draw.below(3)];
    faulty.plan(FaultPlan::Random { seed, per_mille });
    for at in 0..steps {
        if let Err(error) = step(&mut world, &mut draw, at).await {
            assert!(is_honest(&error), "seed {seed}, step {at}: {error}");
        }
    }
    let injected = faulty.plan(FaultPlan::Sound);
    world.settle(&format!("seed {seed}")).await;
    (injected, world.acknowledged, world.refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_a_folder() {
    let mut all = (0, 0, 0);
    for seed in 0..seeds(10) {
        let folder = tempfile::tempdir().unwrap();
        let played = play(FaultyStore::over_folder(folder.path()), seed, 40).await;
        all = (all.0 + played.0, all.1 + played.1, all.2 + played.2);
    }
    println!(
        "{} faults, {} moves acknowledged, {} not",
        all.0, all.1, all.2
    );
    assert!(all.0 > 50 && all.1 > 50 && all.2 > 3, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_s3() {
    for seed in 100..100 + seeds(2) {
        let server = S3Server::start().await;
        play(FaultyStore::over_s3(&server), seed, 25).await;
    }
}

/// How many seeds to try; more by hand.
fn seeds(few: u64) -> u64 {
    let asked = std::env::var("STRATA_SEEDS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(few)
}
