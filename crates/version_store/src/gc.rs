//! Collecting garbage: what no ref leads to is condemned, and deleted after a time of grace.
//!
//! A pack without live entries is condemned by a small object beside the store. A writer that comes
//! by treats entries of condemned packs as absent and writes them again, so that no commit ever
//! rests on a pack that is about to go. After the grace the pack is looked at again and deleted.
//! Packs that are mostly dead are rewritten first: their live entries move, then they are condemned.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dataset::Field;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::commit::{Roots, empty_meta};
use crate::held::Held;
use crate::pack::{self, Location, Prepared, TAIL_BYTES, parse_footer, parse_tail};
use crate::pack_writer::PackWriter;
use crate::rows::decode_sample;
use crate::tree;
use crate::{Error, Result, Store, index, refs, segment};

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GcReport {
    /// Commits that refs lead to.
    pub live_commits: u64,
    /// Nodes, values and blobs that those lead to.
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
}

#[derive(Serialize, Deserialize)]
struct Mark {
    format: u64,
    time_ms: i64,
}

struct Live {
    commits: HashSet<Hash>,
    segments: HashSet<Hash>,
    entries: HashSet<Hash>,
}

impl Store {
    /// Deletes what no ref leads to, after its grace.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) and [`Error::Missing`](crate::Error::Missing) when
    /// what is live can't be read (then nothing is deleted); failures of the store.
    pub async fn gc(&self, request: &GcRequest) -> Result<GcReport> {
        self.objects.refresh().await?;
        let live = self.mark(&request.extra_roots).await?;
        let mut report = GcReport {
            live_commits: live.commits.len() as u64,
            live_entries: live.entries.len() as u64,
            ..GcReport::default()
        };
        report.commits_deleted = self.delete_dead("commits", &live.commits, request).await?;
        report.segments_deleted = self
            .delete_dead(segment::PREFIX, &live.segments, request)
            .await?;
        let (views, bytes) = self.sweep_views(&live.commits, request).await?;
        report.views_deleted = views;
        report.bytes_deleted += bytes;
        self.objects.forget_commits();
        let mut doomed = Vec::new();
        for info in self.root().list("packs").await? {
            let name = info
                .path
                .rsplit('/')
                .next()
                .and_then(|file| file.strip_suffix(".pack"));
            let Some(name) = name.and_then(|name| name.parse::<Hash>().ok()) else {
                continue;
            };
            report.packs += 1;
            if self
                .look_at_pack(&name, &live, request, &mut report)
                .await?
            {
                report.packs_deleted += 1;
                report.bytes_deleted += info.bytes;
                doomed.push(name);
            }
        }
        if !request.dry_run && !doomed.is_empty() {
            self.delete_packs(&doomed).await?;
        }
        Ok(report)
    }

    async fn mark(&self, extra_roots: &[Hash]) -> Result<Live> {
        let mut live = Live {
            commits: HashSet::new(),
            segments: HashSet::new(),
            entries: HashSet::new(),
        };
        let mut order = Vec::new();
        let mut open = extra_roots.to_vec();
        for dataset in self.datasets().await? {
            let refs = self.repository(&dataset)?.refs().await?;
            open.extend(refs.iter().map(|reference| reference.commit));
        }
        while let Some(hash) = open.pop() {
            if !live.commits.insert(hash) {
                continue;
            }
            let commit = self.commit(&hash).await?;
            open.extend(&commit.parents);
            live.segments.extend(commit.changes);
            if commit.meta != empty_meta() {
                live.entries.insert(commit.meta);
            }
            order.push(hash);
        }
        // Parents first: what was made of one is at hand for the next.
        for hash in order.iter().rev() {
            let made = self.objects.made(hash).await?;
            let Roots {
                samples,
                labels,
                provenance,
            } = made.roots;
            self.mark_tree(&samples, true, &mut live.entries).await?;
            self.mark_tree(&labels, false, &mut live.entries).await?;
            self.mark_tree(&provenance, false, &mut live.entries)
                .await?;
        }
        Ok(live)
    }

    async fn mark_tree(
        &self,
        root: &Hash,
        is_samples: bool,
        live: &mut HashSet<Hash>,
    ) -> Result<()> {
        let mut open = vec![*root];
        while let Some(hash) = open.pop() {
            // Each node once, in however many versions it stands.
            if !live.insert(hash) {
                continue;
            }
            let node = self.objects.node(&hash).await?;
            for row in 0..node.len() {
                if node.level > 0 {
                    open.push(node.child(row).hash);
                    continue;
                }
                let (key, held) = (node.key(row), node.held(row));
                match held {
                    Held::Erased(_) => continue,
                    Held::Apart(hash) => _ = live.insert(hash),
                    Held::Value(_) => {}
                }
                if is_samples {
                    let sample = decode_sample(key, &tree::value(&self.objects, key, held).await?)?;
                    live.extend(
                        sample
                            .fields
                            .values()
                            .filter_map(Field::blob)
                            .map(|blob| blob.hash),
                    );
                }
            }
        }
        Ok(())
    }

    /// Deletes old objects of a folder that are named by a hash and not live; how many.
    async fn delete_dead(
        &self,
        folder: &str,
        live: &HashSet<Hash>,
        request: &GcRequest,
    ) -> Result<u64> {
        let mut deleted = 0;
        for info in self.root().list(folder).await? {
            let name = info
                .path
                .rsplit('/')
                .next()
                .and_then(|name| name.parse::<Hash>().ok());
            let is_old =
                |modified_ms| modified_ms <= request.now_ms.saturating_sub(request.grace_ms);
            if !is_old(info.modified_ms) || name.is_none_or(|name| live.contains(&name)) {
                continue;
            }
            // A writer may have put it again since it was listed.
            let found = self.root().head(&info.path).await?;
            if found.is_some_and(|found| is_old(found.modified_ms)) {
                deleted += 1;
                if !request.dry_run {
                    self.root().delete(&info.path).await?;
                }
            }
        }
        Ok(deleted)
    }

    /// Condemns or rewrites a pack if it should be; tells whether its time has come.
    async fn look_at_pack(
        &self,
        name: &Hash,
        live: &Live,
        request: &GcRequest,
        report: &mut GcReport,
    ) -> Result<bool> {
        let entries = self.read_footer(name).await?;
        let bytes = |entries: &[&(Hash, Location)]| {
            entries
                .iter()
                .map(|(_, location)| location.stored_len)
                .sum::<u64>()
        };
        // An entry that also lies elsewhere is not needed here if the index prefers the other place.
        let needed = |hash: &Hash| {
            live.entries.contains(hash)
                && self
                    .objects
                    .known(hash)
                    .is_none_or(|location| location.pack == *name)
        };
        let kept: Vec<_> = entries.iter().filter(|(hash, _)| needed(hash)).collect();
        let marked = self.condemned_since(name).await?;
        if !kept.is_empty() {
            let total = bytes(&entries.iter().collect::<Vec<_>>());
            let is_sparse = bytes(&kept) * 100 < total * REWRITE_BELOW_PERCENT;
            if !is_sparse {
                if marked.is_some() && !request.dry_run {
                    self.root().delete(&mark_path(name)).await?;
                }
                return Ok(false);
            }
            report.packs_rewritten += 1;
            if request.dry_run {
                return Ok(false);
            }
            self.move_entries(&kept).await?;
        }
        match marked {
            Some(since) => Ok(since <= request.now_ms.saturating_sub(request.grace_ms)),
            None => {
                report.packs_condemned += 1;
                if !request.dry_run {
                    let mark = format!(
                        "{{\"format\":{},\"time_ms\":{}}}",
                        refs::VERSION,
                        request.now_ms
                    );
                    self.root().put(&mark_path(name), mark.into()).await?;
                }
                Ok(request.grace_ms == 0)
            }
        }
    }

    async fn read_footer(&self, name: &Hash) -> Result<Vec<(Hash, Location)>> {
        let path = pack::path(name);
        let missing = || Error::Missing {
            what: "pack",
            hash: *name,
        };
        let total = self.root().head(&path).await?.ok_or_else(missing)?.bytes;
        let tail_at = total.saturating_sub(TAIL_BYTES);
        let tail = parse_tail(
            name,
            total,
            &self.root().get_range(&path, tail_at..total).await?,
        )?;
        let footer = self
            .root()
            .get_range(&path, tail.footer_offset..tail_at)
            .await?;
        parse_footer(name, &tail, &footer)
    }

    async fn condemned_since(&self, name: &Hash) -> Result<Option<i64>> {
        let path = mark_path(name);
        match self.root().get_opt(&path).await? {
            Some(bytes) => Ok(Some(
                refs::parse_formatted::<Mark>(&path, &bytes, refs::VERSION)?.time_ms,
            )),
            None => Ok(None),
        }
    }

    /// Copies entries into new packs, and points the index there.
    async fn move_entries(&self, entries: &[&(Hash, Location)]) -> Result<()> {
        let mut packs = PackWriter::moving(Arc::clone(&self.objects), self.pack_bytes);
        for (hash, location) in entries {
            let raw = self.objects.entry(location.kind, hash).await?;
            packs.put(&Prepared::new(location.kind, raw)).await?;
        }
        packs.finish().await
    }

    /// The index forgets the packs first, then they go, then their marks.
    async fn delete_packs(&self, doomed: &[Hash]) -> Result<()> {
        let doomed: HashSet<Hash> = doomed.iter().copied().collect();
        let index = self.objects.index();
        let mut kept: HashMap<Hash, Location> = HashMap::new();
        // Later files win, as they do in lookups.
        for file in &index.files {
            for entry in file.entries() {
                let (hash, location) = entry?;
                if !doomed.contains(&location.pack) {
                    kept.insert(hash, location);
                }
            }
        }
        let old: Vec<Hash> = index.files.iter().map(|file| file.name).collect();
        let new = self
            .objects
            .replace_index(kept.into_iter().collect())
            .await?;
        for name in old.iter().filter(|name| Some(**name) != new) {
            self.root().delete(&index::path(name)).await?;
        }
        self.objects.refresh().await?;
        for name in &doomed {
            self.root().delete(&pack::path(name)).await?;
            self.root().delete(&mark_path(name)).await?;
        }
        Ok(())
    }
}

fn mark_path(pack: &Hash) -> String {
    format!("{CONDEMNED}/{pack}")
}
