//! Collecting garbage: what no ref leads to is condemned, and deleted after a time of grace.
//!
//! A pack without live entries is condemned by a small object beside the store. A writer that comes
//! by treats entries of condemned packs as absent and writes them again, so that no commit ever
//! rests on a pack that is about to go. After the grace the pack is looked at again and deleted.
//! Packs that are mostly dead are rewritten first: their live entries move, then they are condemned.

use std::collections::{HashMap, HashSet};

use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::gc_mark::Marks;
use crate::index::Class;
use crate::names::OF_A_STORE;
use crate::pack::{self, FooterEntry};
use crate::{Result, Store, commit, refs, segment};

/// Where the marks of condemned packs lie.
pub(crate) const CONDEMNED: &str = "condemned";
/// Packs with less than this share of live bytes, in percent, are rewritten.
const REWRITE_BELOW_PERCENT: u64 = 60;

/// How to collect.
#[derive(Debug, Clone, Default)]
pub struct GcRequest {
    /// Now, milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// How long condemned packs and unreachable commits stay, in milliseconds. Writers that are
    /// at work when the collection begins must be finished within it.
    pub grace_ms: i64,
    /// Commits that count as referred to although no ref in the store names them.
    pub extra_roots: Vec<Hash>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GcReport {
    /// Commits that refs lead to.
    pub live_commits: u64,
    /// Nodes, values, blobs and chunks that those lead to.
    pub live_entries: u64,
    /// Packs that were looked at.
    pub packs: u64,
    /// Packs that are now condemned and were not before.
    pub packs_condemned: u64,
    /// Packs whose live entries were moved out of them.
    pub packs_rewritten: u64,
    /// Packs that were deleted.
    pub packs_deleted: u64,
    /// Their bytes.
    pub bytes_deleted: u64,
    /// Commits that were deleted.
    pub commits_deleted: u64,
    /// Change segments that were deleted.
    pub segments_deleted: u64,
    /// Files and manifests of views that were deleted.
    pub views_deleted: u64,
    /// Reports of gates about commits that are gone, deleted.
    pub gate_reports_deleted: u64,
    /// Files that killed writers left half written, deleted.
    pub unfinished_deleted: u64,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    format: u64,
    time_ms: i64,
}

/// One collection on its way.
struct Collection<'a> {
    store: &'a Store,
    request: &'a GcRequest,
    live: Marks,
    condemned: HashSet<Hash>,
    /// Packs that live entries were moved into.
    moved_into: HashSet<Hash>,
    report: GcReport,
}

impl Store {
    /// Deletes what no ref leads to, after its grace.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) and [`Error::Missing`](crate::Error::Missing) when
    /// what is live can't be read (then nothing is deleted); failures of the store.
    pub async fn gc(&self, request: &GcRequest) -> Result<GcReport> {
        self.objects.refresh().await?;
        self.objects.refresh_condemned().await?;
        let live = self.mark(&request.extra_roots).await?;
        let mut collection = Collection {
            store: self,
            request,
            condemned: self.objects.condemned(),
            moved_into: HashSet::new(),
            report: GcReport {
                live_commits: live.commits.len() as u64,
                live_entries: live.entries,
                ..GcReport::default()
            },
            live,
        };
        let (commits, segments) = (&collection.live.commits, &collection.live.segments);
        let commits = collection.delete_dead(commit::PREFIX, commits).await?;
        let segments = collection.delete_dead(segment::PREFIX, segments).await?;
        collection.report.commits_deleted = commits;
        collection.report.segments_deleted = segments;
        let (views, bytes) = self.sweep_views(&collection.live.commits, request).await?;
        collection.report.views_deleted = views;
        collection.report.bytes_deleted += bytes;
        collection.report.gate_reports_deleted = self
            .sweep_gate_reports(&collection.live.commits, request)
            .await?;
        collection.sweep_unfinished().await?;
        self.objects.forget_commits();
        let mut doomed = Vec::new();
        for info in self.root().list(pack::PREFIX).await? {
            let Some(name) = pack::name_of(&info.path) else {
                continue;
            };
            collection.report.packs += 1;
            if collection.look_at_pack(&name).await? {
                collection.report.packs_deleted += 1;
                collection.report.bytes_deleted += info.bytes;
                doomed.push(name);
            }
        }
        if !request.dry_run {
            // What is moved may come into a pack that an interrupted collection had made already, and that
            // nothing needed when it was looked at.
            doomed.retain(|name| !collection.moved_into.contains(name));
            for name in &collection.moved_into {
                self.root().delete(&mark_path(name)).await?;
            }
            self.delete_packs(&doomed).await?;
        }
        Ok(collection.report)
    }
}

impl Collection<'_> {
    /// Condemns old objects of a folder that are named by a hash and not live, and deletes those whose time has
    /// come; how many. Twice looked at, as packs are: a list may not know of a ref yet that leads there.
    async fn delete_dead(&self, folder: &str, live: &HashSet<Hash>) -> Result<u64> {
        let (root, is_dry) = (self.store.root(), self.request.dry_run);
        let is_old = |at_ms| at_ms <= self.request.now_ms.saturating_sub(self.request.grace_ms);
        let mut deleted = 0;
        for info in root.list(folder).await? {
            let name = info
                .path
                .rsplit('/')
                .next()
                .and_then(|name| name.parse().ok());
            let Some(name) = name else {
                continue;
            };
            if live.contains(&name) {
                if self.condemned.contains(&name) && !is_dry {
                    root.delete(&mark_path(&name)).await?;
                }
                continue;
            }
            // A writer may have put it again since it was listed.
            let found = match is_old(info.modified_ms) {
                true => root.head(&info.path).await?,
                false => None,
            };
            if !found.is_some_and(|found| is_old(found.modified_ms)) {
                continue;
            }
            let is_due = match self.condemned_since(&name).await? {
                Some(since) => is_old(since),
                None => self.condemn(&name).await?,
            };
            deleted += u64::from(is_due);
            if is_due && !is_dry {
                root.delete(&info.path).await?;
                root.delete(&mark_path(&name)).await?;
            }
        }
        Ok(deleted)
    }

    /// Deletes the files that writers left who were killed before the grace.
    async fn sweep_unfinished(&mut self) -> Result<()> {
        let before_ms = self.request.now_ms.saturating_sub(self.request.grace_ms);
        for folder in OF_A_STORE.iter().chain(&[CONDEMNED]) {
            let root = self.store.root();
            let (files, bytes) = root
                .sweep_unfinished(folder, before_ms, self.request.dry_run)
                .await?;
            self.report.unfinished_deleted += files;
            self.report.bytes_deleted += bytes;
        }
        Ok(())
    }

    /// Marks a pack, a commit or a segment; tells whether its time has come already.
    async fn condemn(&self, name: &Hash) -> Result<bool> {
        if !self.request.dry_run {
            let (format, time_ms) = (refs::VERSION, self.request.now_ms);
            let mark = format!("{{\"format\":{format},\"time_ms\":{time_ms}}}");
            let root = self.store.root();
            match root.put(&mark_path(name), mark.into()).await {
                // Nobody is waited for, so nobody reads the mark; a disk that is full must not keep its garbage.
                Err(blob_store::Error::Full { .. }) if self.request.grace_ms == 0 => {}
                put => put?,
            }
        }
        Ok(self.request.grace_ms == 0)
    }

    /// Condemns or rewrites a pack if it should be; tells whether its time has come.
    async fn look_at_pack(&mut self, name: &Hash) -> Result<bool> {
        let (store, request) = (self.store, self.request);
        let entries = store.read_footer(name).await?;
        let bytes = |entries: &[FooterEntry]| {
            let lengths = entries.iter().map(|entry| entry.location.stored_len);
            lengths.sum::<u64>()
        };
        // An entry that also lies elsewhere is not needed here if the index prefers the other place.
        let needed = |entry: &&FooterEntry| self.live.needs(&entry.hash, &entry.location);
        let kept: Vec<FooterEntry> = entries.iter().filter(needed).copied().collect();
        let marked = self.condemned_since(name).await?;
        if !kept.is_empty() {
            let is_sparse = bytes(&kept) * 100 < bytes(&entries) * REWRITE_BELOW_PERCENT;
            if !is_sparse {
                if marked.is_some() && !request.dry_run {
                    store.root().delete(&mark_path(name)).await?;
                }
                return Ok(false);
            }
            self.report.packs_rewritten += 1;
            if request.dry_run {
                return Ok(false);
            }
            store.move_entries(name, &kept, &HashMap::new()).await?;
            for class in Class::ALL {
                let of_class = kept
                    .iter()
                    .filter(|entry| entry.location.kind.class() == class);
                let hashes: Vec<Hash> = of_class.map(|entry| entry.hash).collect();
                let places = store.objects.find_many(class, &hashes).await?;
                let packs = places.into_iter().flatten().map(|place| place.pack);
                self.moved_into.extend(packs);
            }
        }
        if let Some(since) = marked {
            return Ok(since <= request.now_ms.saturating_sub(request.grace_ms));
        }
        self.report.packs_condemned += 1;
        self.condemn(name).await
    }

    async fn condemned_since(&self, name: &Hash) -> Result<Option<i64>> {
        if !self.condemned.contains(name) {
            return Ok(None);
        }
        let path = mark_path(name);
        match self.store.root().get_opt(&path).await? {
            Some(bytes) => Ok(Some(
                refs::parse_formatted::<Mark>(&path, &bytes, refs::VERSION)?.time_ms,
            )),
            None => Ok(None),
        }
    }
}

/// Where the mark of a condemned pack, commit or segment lies.
pub(crate) fn mark_path(name: &Hash) -> String {
    format!("{CONDEMNED}/{name}")
}
