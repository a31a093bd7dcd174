//! A store that may fail, and what was acknowledged of it: histories are played here, and held against it.

use std::collections::{BTreeMap, BTreeSet};

use dataset::{LabelRow, Sample};
use ids::Hash;
use testkit::{FaultPlan, FaultyStore};
use version_store::{
    Changes, CommitRequest, Error, GcRequest, Lineage, MergeOutcome, MergeRequest, MergeSide,
    RefKind, RefMove, Repository, Result, Store, StoreOptions,
};

use crate::builder::*;

/// What a version must hold: by number of the sample, its class and its split.
pub type Content = BTreeMap<u32, (&'static str, &'static str)>;

/// Well after every file that a test writes, in virtual milliseconds.
const START_MS: i64 = 4_000_000_000_000;
/// How long garbage stays.
pub const GRACE_MS: i64 = 1_000;
/// A store that answers with errors is asked so often before a test gives up.
const TRIES: usize = 200;

/// Numbers that follow from a seed.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}

/// A branch or tag, and where it is known to be.
pub type Name = (RefKind, String);

/// One store under faults, its refs as they were acknowledged, and what each commit holds.
pub struct World {
    pub faulty: FaultyStore,
    /// Several handles that stay open, as several processes, and which of them is asked next.
    handles: Vec<Repository>,
    asked: usize,
    pub heads: BTreeMap<Name, Hash>,
    pub contents: BTreeMap<Hash, Content>,
    pub now_ms: i64,
    pub acknowledged: usize,
    pub refused: usize,
    /// Whether the store is mended at the first error, and how many faults there were until then.
    pub mends: bool,
    pub injected: u64,
}

fn options() -> StoreOptions {
    // Small packs, so that there are several.
    StoreOptions {
        pack_bytes: 4 * 1024,
        ..StoreOptions::default()
    }
}

impl World {
    /// An empty store.
    pub async fn new(faulty: FaultyStore) -> Self {
        let store = Store::init_root(faulty.root(), &options()).await.unwrap();
        let other = Store::open_root(faulty.root(), &options()).await.unwrap();
        Self {
            handles: vec![
                store.repository("pets").unwrap(),
                other.repository("pets").unwrap(),
            ],
            asked: 0,
            faulty,
            heads: BTreeMap::new(),
            contents: BTreeMap::new(),
            now_ms: START_MS,
            acknowledged: 0,
            refused: 0,
            mends: false,
            injected: 0,
        }
    }

    /// The same history in another copy of its store.
    pub async fn copy(&self, faulty: FaultyStore) -> Self {
        Self {
            heads: self.heads.clone(),
            contents: self.contents.clone(),
            now_ms: self.now_ms,
            mends: true,
            ..Self::new(faulty).await
        }
    }

    /// Nothing fails from now on.
    pub fn mend(&mut self) {
        self.injected += self.faulty.plan(FaultPlan::Sound);
    }

    fn repository(&self) -> &Repository {
        &self.handles[self.asked]
    }

    /// The next thing is done through another handle, which knows what it knew.
    pub fn switch(&mut self, drawn: usize) {
        self.asked = drawn % self.handles.len();
    }

    /// The handle forgets all that it read, as a new process.
    pub async fn reopen(&mut self) {
        for _ in 0..TRIES {
            if let Ok(store) = Store::open_root(self.faulty.root(), &options()).await {
                self.handles[self.asked] = store.repository("pets").unwrap();
                return;
            }
        }
        panic!("the store could not be opened");
    }

    pub fn branch(name: &str) -> Name {
        (RefKind::Branch, name.to_owned())
    }

    /// Where a ref really is; asks until it is told.
    async fn look(&self, (kind, name): &Name) -> Option<Hash> {
        for _ in 0..TRIES {
            match self.repository().read_ref(*kind, name).await {
                Ok(found) => return found,
                Err(_) => tokio::task::yield_now().await,
            }
        }
        panic!("{name} could not be read");
    }

    /// Moves a ref. An error leaves it where it was or puts it where it was sent, nowhere else.
    async fn move_ref(&mut self, name: &Name, new: Hash) -> Result<()> {
        self.move_ref_to(name, Some(new)).await
    }

    async fn move_ref_to(&mut self, name: &Name, new: Option<Hash>) -> Result<()> {
        let old = self.heads.get(name).copied();
        self.now_ms += 1;
        let request = RefMove {
            kind: name.0,
            name: &name.1,
            old,
            new,
            by: "ann",
            cause: "test",
            time_ms: self.now_ms,
        };
        match self.repository().compare_and_swap_ref(&request).await {
            Ok(()) => {
                self.note(name, new);
                self.acknowledged += 1;
                Ok(())
            }
            Err(error) => {
                // What comes late has come by then.
                if self.mends {
                    self.mend();
                }
                self.faulty.quiet().await;
                let found = self.look(name).await;
                assert!(
                    found == old || found == new,
                    "{name:?} is at {found:?}, sent from {old:?} to {new:?}: {error}"
                );
                self.note(name, found);
                self.refused += 1;
                Err(error)
            }
        }
    }

    fn note(&mut self, name: &Name, at: Option<Hash>) {
        match at {
            Some(at) => self.heads.insert(name.clone(), at),
            None => self.heads.remove(name),
        };
    }

    async fn commit_on(&mut self, name: &Name, changes: Changes, content: Content) -> Result<()> {
        let parents: Vec<Hash> = self.heads.get(name).copied().into_iter().collect();
        self.now_ms += 1;
        let request = CommitRequest {
            parents,
            changes,
            author: "ann@example.org".into(),
            message: "test".into(),
            time_ms: self.now_ms,
            lineage: Lineage::default(),
        };
        let outcome = self.repository().commit(request).await?;
        self.contents.insert(outcome.commit, content);
        if outcome.changed {
            self.move_ref(name, outcome.commit).await?;
        }
        Ok(())
    }

    /// What the head of a ref holds.
    pub fn content_of(&self, name: &Name) -> Content {
        let head = self.heads.get(name);
        head.map_or_else(Content::new, |head| self.contents[head].clone())
    }

    /// Writes the blobs of samples, then commits them, as an import does.
    pub async fn import(&mut self, branch: &str, numbers: std::ops::Range<u32>) -> Result<()> {
        let name = Self::branch(branch);
        let mut content = self.content_of(&name);
        let mut blobs = self.repository().write_blobs().await?;
        let mut changes = Changes::new();
        for number in numbers {
            blobs.put(picture(number)).await?;
            changes.upsert_sample(&sample(number, "train")).unwrap();
            changes
                .set_label(&class(number, "cat"), &import("pets"))
                .unwrap();
            content.insert(number, ("cat", "train"));
        }
        changes.index(&blobs.finish_unindexed().await?);
        self.commit_on(&name, changes, content).await
    }

    /// Gives some samples of a branch another class.
    pub async fn relabel(
        &mut self,
        branch: &str,
        numbers: &[u32],
        class_name: &'static str,
    ) -> Result<()> {
        let name = Self::branch(branch);
        let mut content = self.content_of(&name);
        let mut changes = Changes::new();
        for number in numbers {
            let Some(held) = content.get_mut(number) else {
                continue;
            };
            held.0 = class_name;
            changes
                .set_label(&class(*number, class_name), &person("bob"))
                .unwrap();
        }
        self.commit_on(&name, changes, content).await
    }

    /// Takes a sample out of a branch.
    pub async fn remove(&mut self, branch: &str, number: u32) -> Result<()> {
        let name = Self::branch(branch);
        let mut content = self.content_of(&name);
        let mut changes = Changes::new();
        if content.remove(&number).is_some() {
            changes.remove_sample(&key(&format!("{number:05}.png")));
        }
        self.commit_on(&name, changes, content).await
    }

    /// Puts a new ref where a branch is.
    pub async fn fork(&mut self, branch: &str, name: Name) -> Result<()> {
        match self.heads.get(&Self::branch(branch)).copied() {
            Some(head) if !self.heads.contains_key(&name) => self.move_ref(&name, head).await,
            _ => Ok(()),
        }
    }

    /// Renames a branch: a new ref, then the old one is deleted.
    pub async fn rename(&mut self, branch: &str, to: &str) -> Result<()> {
        let (old, new) = (Self::branch(branch), Self::branch(to));
        self.fork(branch, new).await?;
        match self.heads.contains_key(&old) {
            true => self.move_ref_to(&old, None).await,
            false => Ok(()),
        }
    }

    /// Deletes a branch.
    pub async fn delete(&mut self, branch: &str) -> Result<()> {
        self.move_ref_to(&Self::branch(branch), None).await
    }

    /// Merges one branch into another; where both changed the same, theirs counts.
    pub async fn merge(&mut self, from: &str, into: &str) -> Result<()> {
        let (from, into) = (Self::branch(from), Self::branch(into));
        let (Some(theirs), Some(ours)) = (self.heads.get(&from), self.heads.get(&into)) else {
            return Ok(());
        };
        self.now_ms += 1;
        let request = MergeRequest {
            ours: *ours,
            theirs: *theirs,
            settle: MergeSide::Theirs.into(),
            author: "a".into(),
            message: "m".into(),
            time_ms: self.now_ms,
        };
        match self.repository().merge(request).await {
            Ok(MergeOutcome::UpToDate) => Ok(()),
            Ok(MergeOutcome::FastForward(head)) => self.move_ref(&into, head).await,
            Ok(MergeOutcome::Merged(outcome)) => {
                if !self.contents.contains_key(&outcome.commit) {
                    // What a merge makes is told by other tests; here it must only stay the same.
                    let content = self.read(&outcome.commit).await?;
                    self.contents.insert(outcome.commit, content);
                }
                self.move_ref(&into, outcome.commit).await
            }
            Ok(MergeOutcome::Conflicts(found)) => panic!("{found:?}"),
            Err(error) => Err(error),
        }
    }

    /// Time goes by, half of the grace; lists know of all that was before.
    pub fn wait(&mut self) {
        self.now_ms += GRACE_MS / 2;
        self.faulty.catch_up();
    }

    /// Collects garbage, as a program that is run now and then.
    pub async fn gc(&mut self) -> Result<()> {
        self.now_ms += 1;
        let request = GcRequest {
            now_ms: self.now_ms,
            grace_ms: GRACE_MS,
            ..GcRequest::default()
        };
        self.repository().store().gc(&request).await.map(|_| ())
    }

    /// What a commit holds, with every blob read.
    pub async fn read(&self, commit: &Hash) -> Result<Content> {
        let version = self.repository().version(commit).await?;
        let mut content = Content::new();
        for (sample, labels) in version.samples(None, usize::MAX).await? {
            let number: u32 = sample.key.to_string()[..5].parse().unwrap();
            let blob = self
                .repository()
                .store()
                .blob(&Hash::of(&picture(number)))
                .await?;
            assert_eq!(blob, picture(number), "a wrong byte was served");
            content.insert(number, held(&sample, &labels));
        }
        Ok(content)
    }

    /// Reads one head; what is told must be true.
    pub async fn check_a_head(&self, drawn: usize) {
        let Some((name, head)) = self.heads.iter().nth(drawn % self.heads.len().max(1)) else {
            return;
        };
        if let Ok(content) = self.read(head).await {
            assert_eq!(content, self.contents[head], "{name:?}");
        }
    }

    /// With nothing failing any more: every ref is where it was acknowledged to be and holds what was
    /// committed, nothing but garbage is wrong, and the next run completes.
    pub async fn settle(&mut self, story: &str) {
        self.faulty.plan(FaultPlan::Sound);
        self.faulty.quiet().await;
        self.reopen().await;
        self.check(story).await;
        self.import("main", 900..903).await.unwrap();
        self.relabel("main", &[901], "bird").await.unwrap();
        for _ in 0..6 {
            self.gc().await.unwrap();
            self.wait();
        }
        self.reopen().await;
        self.check(story).await;
    }

    async fn check(&self, story: &str) {
        let report = self
            .repository()
            .store()
            .fsck(false, |_, _| {})
            .await
            .unwrap();
        assert_eq!(report.problems, [], "{story}");
        let mut seen = BTreeSet::new();
        for (name, head) in &self.heads {
            assert_eq!(self.look(name).await, Some(*head), "{story}: {name:?}");
            let log = self.repository().log(head, usize::MAX).await;
            for (commit, _) in log.unwrap_or_else(|error| panic!("{story}: {error}")) {
                if !seen.insert(commit) {
                    continue;
                }
                let read = self.read(&commit).await;
                let read = read.unwrap_or_else(|error| panic!("{story}: {commit}: {error}"));
                assert_eq!(read, self.contents[&commit], "{story}: {name:?}");
            }
        }
    }
}

fn held(sample: &Sample, labels: &[LabelRow]) -> (&'static str, &'static str) {
    let known = ["cat", "dog", "bird", "fox", "train", "test"];
    let find = |text: &str| *known.iter().find(|known| **known == text).unwrap();
    assert_eq!(labels.len(), 1, "{labels:?}");
    (
        find(&labels[0].item.class),
        find(sample.split.as_deref().unwrap_or_default()),
    )
}

/// Whether an error is one that a failing store may cause: named, and no claim that is false.
pub fn is_honest(error: &Error) -> bool {
    !matches!(
        error.code(),
        "change_invalid" | "name_invalid" | "merge_base_missing" | "ref_unknown"
    )
}
