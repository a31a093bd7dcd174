//! A disk that is full at every step of the real `strata` while it imports, commits, merges and collects garbage:
//! a small file system of its own, with so many pages or so many files left.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cut_off::{Stage, Task, failure, steps, strata};

/// Of a page of memory, which is what a file takes at least.
const PAGE_KIB: usize = 4;
/// Room for everything.
const ROOMY: &str = "size=64m,nr_inodes=100k";
/// No command takes more pages or files than this.
const MOST: usize = 64;

/// A file system in memory, unmounted when dropped.
struct Disk(tempfile::TempDir);

/// What there is too little of.
#[derive(Debug, Clone, Copy)]
enum Scarce {
    Pages,
    Files,
}

fn mount(options: &str, folder: &Path) -> bool {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", options, "tmpfs"])
        .arg(folder)
        .output();
    mounted.is_ok_and(|output| output.status.success())
}

impl Disk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        mount(ROOMY, folder.path()).then_some(Self(folder))
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// What is taken now: KiB, and files with folders.
    fn taken(&self) -> (usize, usize) {
        let ask = |argument: &str| -> usize {
            let output = Command::new("df").arg(argument).arg(self.0.path()).output();
            let told = String::from_utf8(output.unwrap().stdout).unwrap();
            let number = told
                .lines()
                .nth(1)
                .and_then(|line| line.trim().parse().ok());
            number.unwrap_or_else(|| panic!("df {argument}: {told}"))
        };
        let (kib, files) = (ask("--output=used"), ask("--output=iused"));
        (kib, files)
    }

    /// From now on there is room for so many more.
    fn leave(&self, scarce: Scarce, left: usize) {
        let (kib, files) = self.taken();
        let options = match scarce {
            Scarce::Pages => format!("remount,size={}k", kib + left * PAGE_KIB),
            Scarce::Files => format!("remount,nr_inodes={}", files + left),
        };
        assert!(mount(&options, self.0.path()), "{options}");
    }

    fn make_room(&self) {
        assert!(mount(&format!("remount,{ROOMY}"), self.0.path()));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

/// Runs a command on a disk with so much left; whether that was enough.
fn with_left(stage: &Stage, task: &Task, scarce: Scarce, left: usize) -> bool {
    let disk = Disk::new().unwrap();
    let store = disk.store();
    stage.copy_to(&store);
    disk.leave(scarce, left);
    let output = strata(&store).args(task.arguments()).output().unwrap();
    let story = format!("{} with {left} {scarce:?} left", task.name);
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(1), "{story}: {output:?}");
        let told = failure(&output);
        let error = told["error"].as_str().unwrap();
        assert_eq!(told["code"], "store_full", "{story}: {told}");
        assert!(error.contains("free some space"), "{story}: {error}");
        assert!(
            error.contains(&store.display().to_string()),
            "{story}: {error}"
        );
    }
    // As full as it is, everything can be read.
    stage.check(task, &store, &story);
    disk.make_room();
    stage.complete(task, &store, &story);
    output.status.success()
}

/// With how little a command gets by.
fn enough(stage: &Stage, task: &Task, scarce: Scarce) -> usize {
    let (mut too_little, mut enough) = (0, MOST);
    while too_little + 1 < enough {
        let left = too_little.midpoint(enough);
        match with_left(stage, task, scarce, left) {
            true => enough = left,
            false => too_little = left,
        }
    }
    enough
}

#[test]
fn a_full_disk_is_named_and_harms_nothing() {
    if Disk::new().is_none() {
        println!("SKIPPED: no file system can be mounted here");
        return;
    }
    let stage = Stage::new();
    let try_one = |task: &Task| {
        for scarce in [Scarce::Pages, Scarce::Files] {
            let enough = enough(&stage, task, scarce);
            let mut failed = 0;
            for left in steps(enough) {
                failed += usize::from(!with_left(&stage, task, scarce, left - 1));
            }
            println!(
                "{}: {enough} {scarce:?} are enough; {failed} fewer tried",
                task.name
            );
        }
    };
    let (one, other) = stage.tasks.split_at(stage.tasks.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| one.iter().for_each(try_one));
        other.iter().for_each(try_one);
    });
}
