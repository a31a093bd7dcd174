//! The disk is full, or the process dies, at every single step of import, commit, merge and collection: the error
//! is named, nothing acknowledged is lost, nothing but garbage is left, and the next run completes.

use std::path::Path;

use testkit::{FaultPlan, FaultyStore};
use version_store::{Result, Store, StoreOptions};

use crate::builder::*;
use crate::world::{GRACE_MS, World};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}

/// Two branches that differ, and garbage: a branch that was deleted.
async fn begun(folder: &Path) -> World {
    let mut world = World::new(FaultyStore::over_folder(folder)).await;
    world.import("main", 0..8).await.unwrap();
    world.fork("main", World::branch("try")).await.unwrap();
    world.import("try", 20..26).await.unwrap();
    world.relabel("try", &[1, 2], "dog").await.unwrap();
    world.fork("try", World::branch("gone")).await.unwrap();
    world.import("gone", 40..46).await.unwrap();
    // One of these stays alive: its pack is mostly dead, and will be rewritten.
    world.import("try", 40..41).await.unwrap();
    world.delete("gone").await.unwrap();
    world
}

/// Everything that writes, once.
async fn work(world: &mut World) -> Result<()> {
    world.import("main", 60..66).await?;
    world.relabel("main", &[3, 61], "fox").await?;
    world.remove("main", 4).await?;
    world.merge("try", "main").await?;
    for _ in 0..3 {
        world.gc().await?;
        world.now_ms += GRACE_MS;
    }
    Ok(())
}

/// How many steps there were, each tried.
async fn at_every_step(plan: impl Fn(u64) -> FaultPlan, (code, told): (&str, &str)) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    std::fs::create_dir(&sound).unwrap();
    let begun = begun(&sound).await;
    for step in 0.. {
        let place = folder.path().join(step.to_string());
        copy(&sound, &place);
        let mut world = begun.copy(FaultyStore::over_folder(&place)).await;
        world.faulty.plan(plan(step));
        let worked = work(&mut world).await;
        world.mend();
        if world.injected == 0 {
            worked.unwrap();
            return step;
        }
        let error = worked.expect_err("a step that fails is told");
        assert_eq!(error.code(), code, "step {step}: {error}");
        assert!(error.to_string().contains(told), "step {step}: {error}");
        world.settle(&format!("step {step}")).await;
        std::fs::remove_dir_all(&place).unwrap();
    }
    unreachable!()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_at_every_step() {
    let plan = |writes| FaultPlan::Full { writes };
    let steps = at_every_step(plan, ("store_full", "No space left on device")).await;
    assert!(steps > 15, "{steps}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_at_every_step() {
    let plan = |changes| FaultPlan::Gone { changes };
    let steps = at_every_step(plan, ("store_failed", "connection refused")).await;
    assert!(steps > 20, "{steps}");
}

/// A small file system of its own, unmounted when dropped.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount(kib: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kib}k");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg(self.0.path())
            .output();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_really_full() {
    let Some(disk) = Disk::mount(512) else {
        println!(
            "SKIPPED: no file system can be mounted here; `a_full_disk_at_every_step` ran over a store"
        );
        return;
    };
    let url = disk.0.path().join("store").display().to_string();
    let filler = disk.0.path().join("filler");
    let store = Store::init(&url, &StoreOptions::default()).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let head = first_commit(&repository, 30).await;
    let truth = content(&repository, &head).await;
    let mut failed = 0;
    for round in 0..12_u32 {
        // All but a few pages are taken.
        std::fs::write(&filler, vec![1; 512 * 1024]).unwrap_err();
        let taken = std::fs::metadata(&filler).unwrap().len();
        let left = u64::from(round) * 4096;
        let file = std::fs::File::options().write(true).open(&filler).unwrap();
        file.set_len(taken.saturating_sub(left)).unwrap();
        let wrote = async {
            let mut blobs = repository.write_blobs().await?;
            for number in 0..40 {
                blobs.put(noise(round * 100 + number)).await?;
            }
            blobs.finish().await
        };
        if let Err(error) = wrote.await {
            assert_eq!(error.code(), "store_full", "{error}");
            assert!(error.to_string().contains("No space left"), "{error}");
            failed += 1;
        }
        let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
        let report = store.fsck(false, |_, _| {}).await.unwrap();
        assert_eq!(report.problems, [], "round {round}");
        assert_eq!(
            content(&store.repository("pets").unwrap(), &head).await,
            truth
        );
        std::fs::remove_file(&filler).unwrap();
    }
    assert!(failed > 3, "{failed}");
    write_pictures(&repository, 100..101).await;
    let mut changes = version_store::Changes::new();
    changes.upsert_sample(&sample(100, "train")).unwrap();
    let next = commit(&repository, &[head], changes).await.commit;
    move_branch(&repository, "main", Some(head), Some(next)).await;
    let report = repository.store().fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, []);
}

/// A kilobyte that does not shrink.
fn noise(seed: u32) -> bytes::Bytes {
    let mut draw = crate::world::Draw::new(u64::from(seed));
    (0..1024).map(|_| draw.below(256) as u8).collect()
}
