//! A store, the commands that change it, and what must hold when one of them was cut off.
//!
//! What was there before is read again afterwards, byte for byte; nothing is wrong but garbage; and the command,
//! given once more, does what it would have done.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has settings of its own"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dataset::Field;
use ids::Hash;
use serde_json::Value;
use version_store::{RefKind, Store, StoreOptions};

use crate::service::binary;

/// Set to try every single step instead of a few that are spread over the whole command.
const ALL_STEPS: &str = "STRATA_TEST_EVERY_STEP";
/// Steps of one command that are tried otherwise.
const STEPS: usize = 12;

/// A command that changes the store.
pub struct Task {
    pub name: &'static str,
    arguments: Vec<String>,
    /// The tree of `main` once it is done.
    tree: Hash,
    /// The packs once it is done, where it is one that only clears up.
    packs: Option<BTreeSet<String>>,
}

/// A store that is copied for each try, the commands, and what its commits hold.
pub struct Stage {
    folder: tempfile::TempDir,
    pub tasks: Vec<Task>,
    before: Seen,
}

/// What a store tells its readers.
#[derive(PartialEq, Eq)]
struct Seen {
    refs: BTreeMap<String, Hash>,
    /// Each commit with its samples, labels and the hashes of its blobs, all of them read.
    commits: BTreeMap<Hash, String>,
    tree: Hash,
}

/// `strata` on a store, with nothing of this machine's user in its way.
pub fn strata(store: &Path) -> Command {
    let mut command = Command::new(binary().unwrap());
    on(&mut command, store);
    command
}

/// The settings of a command on a store.
pub fn on(command: &mut Command, store: &Path) {
    command
        .env("STRATA_STORE", store)
        .env_remove("RUST_LOG")
        .env_remove("STRATA_TOKEN");
}

fn done(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

fn run(store: &Path, arguments: &[&str]) {
    done(&strata(store).args(arguments).output().unwrap());
}

/// Copies a folder with all that lies in it.
pub fn copy(from: &Path, to: &Path) {
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

fn files_below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => _ = found.insert(path.display().to_string()),
            }
        }
    }
    let above = format!("{}/", folder.display());
    found
        .into_iter()
        .map(|path| path.replacen(&above, "", 1))
        .collect()
}

/// The steps to try of so many, from 1.
pub fn steps(total: usize) -> Vec<usize> {
    let every = match std::env::var_os(ALL_STEPS) {
        Some(_) => 1,
        None => total.div_ceil(STEPS).max(1),
    };
    (1..=total).step_by(every).collect()
}

impl Stage {
    /// Two branches that differ, and garbage: a branch that was deleted.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let place = |name: &str| folder.path().join(name);
        run(&store, &["init", "--store", store.to_str().unwrap()]);
        testkit::image_folder(&place("first"), &["train"], &["cat", "dog"], 3);
        let picture = |name: &str, seed: u8| {
            let file = place(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, testkit::png(20, 10, seed)).unwrap();
        };
        for seed in 0..3 {
            picture(&format!("try/bird/{seed}.png"), 100 + seed);
            picture(&format!("gone/fox/{seed}.png"), 120 + seed);
            picture(&format!("more/owl/{seed}.png"), 140 + seed);
        }
        let import = |branch: &str, name: &str| {
            let path = place(name).display().to_string();
            run(
                &store,
                &["import", "--dataset", "pets", "--branch", branch, &path],
            );
        };
        import("main", "first");
        run(&store, &["branch", "try"]);
        run(&store, &["branch", "gone"]);
        import("gone", "gone");
        import("try", "try");
        // One of these pictures stays alive in another commit: their pack is mostly dead, not all.
        std::fs::remove_dir_all(place("gone/fox")).unwrap();
        picture("gone/wolf/0.png", 120);
        import("try", "gone");
        run(
            &store,
            &["mv", "--branch", "main", "train/cat", "train/lynx"],
        );
        run(&store, &["branch", "--delete", "gone"]);
        let mut stage = Self {
            before: Seen::of(&store),
            folder,
            tasks: Vec::new(),
        };
        let more = stage.folder.path().join("more").display().to_string();
        stage.add("import", &["import", &more]);
        stage.add("commit", &["mv", "train/dog", "train/wolf"]);
        stage.add("merge", &["merge", "try"]);
        stage.add("gc", &["gc", "--grace", "0s"]);
        stage
    }

    fn template(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Does the command once without disturbance, to know what comes of it.
    fn add(&mut self, name: &'static str, arguments: &[&str]) {
        let place = self.folder.path().join(name);
        copy(&self.template(), &place);
        run(&place, arguments);
        let after = Seen::of(&place);
        let clears_up = after.tree == self.before.tree;
        let packs = clears_up.then(|| files_below(&place.join("packs")));
        assert_ne!(
            packs.as_ref(),
            Some(&files_below(&self.template().join("packs"))),
            "{name} changes something"
        );
        self.tasks.push(Task {
            name,
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            tree: after.tree,
            packs,
        });
        std::fs::remove_dir_all(&place).unwrap();
    }

    /// A copy of the store.
    pub fn copy_to(&self, place: &Path) {
        copy(&self.template(), place);
    }

    /// After a command was cut off: all that was there is there, and nothing is wrong.
    pub fn check(&self, task: &Task, store: &Path, story: &str) {
        let seen = Seen::of(store);
        for (commit, told) in &self.before.commits {
            assert_eq!(seen.commits.get(commit), Some(told), "{story}: {commit}");
        }
        for (name, head) in &self.before.refs {
            let is_there = name == "main" && seen.tree == task.tree;
            assert!(
                is_there || seen.refs.get(name) == Some(head),
                "{story}: {name} is elsewhere"
            );
        }
    }

    /// The next run completes.
    pub fn complete(&self, task: &Task, store: &Path, story: &str) {
        if task.packs.is_some() || Seen::of(store).tree != task.tree {
            let again = strata(store).args(&task.arguments).output().unwrap();
            let errors = String::from_utf8_lossy(&again.stderr);
            assert!(again.status.success(), "{story}: {errors}");
        }
        self.check(task, store, story);
        assert_eq!(Seen::of(store).tree, task.tree, "{story}");
        if let Some(packs) = &task.packs {
            assert_eq!(&files_below(&store.join("packs")), packs, "{story}");
            assert_eq!(unfinished(store), BTreeSet::new(), "{story}");
        }
        let fsck = strata(store).arg("fsck").output().unwrap();
        let told = String::from_utf8_lossy(&fsck.stdout);
        assert!(fsck.status.success(), "{story}: {told}");
    }
}

/// Files that never got their name.
fn unfinished(store: &Path) -> BTreeSet<String> {
    let mut files = files_below(store);
    files.retain(|file| file.contains('#'));
    files
}

impl Task {
    /// The command's arguments, with errors as JSON.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        ["--json"]
            .into_iter()
            .chain(self.arguments.iter().map(String::as_str))
    }
}

/// The last line of stderr, which says why a command failed.
pub fn failure(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON at the end of: {errors}"))
}

impl Seen {
    /// Reads all of a store, in which nothing may be wrong.
    fn of(store: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(Box::pin(Self::read(store)))
    }

    async fn read(store: &Path) -> Self {
        let url = store.display().to_string();
        let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
        let report = store.fsck(false, |_, _| {}).await.unwrap();
        assert_eq!(report.problems, [], "{url}");
        let pets = store.repository("pets").unwrap();
        let mut seen = Self {
            refs: BTreeMap::new(),
            commits: BTreeMap::new(),
            tree: Hash::of(b""),
        };
        for found in pets.refs().await.unwrap() {
            seen.refs.insert(found.name, found.commit);
            for (hash, commit) in pets.log(&found.commit, usize::MAX).await.unwrap() {
                if seen.commits.contains_key(&hash) {
                    continue;
                }
                let version = pets.version(&hash).await.unwrap();
                let mut told = format!("{commit:?}");
                for (sample, labels) in version.samples(None, usize::MAX).await.unwrap() {
                    for blob in sample.fields.values().filter_map(Field::blob) {
                        let bytes = store.blob(&blob.hash).await.unwrap();
                        assert_eq!(Hash::of(&bytes), blob.hash, "a wrong byte was served");
                    }
                    told += &format!("{sample:?} {labels:?}");
                }
                seen.commits.insert(hash, told);
            }
        }
        let main = pets.read_ref(RefKind::Branch, "main").await.unwrap();
        if let Some(main) = main {
            seen.tree = store.commit(&main).await.unwrap().tree;
        }
        seen
    }
}
