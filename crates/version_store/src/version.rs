//! Reading one version: point lookups and pages.

use std::ops::Range;
use std::sync::Arc;

use annotation::Provenance;
use bytes::Bytes;
use dataset::{LabelKey, LabelRow, Sample, SplitRule};
use ids::Hash;
use tokio::sync::OnceCell;

use crate::layered::Layered;
use crate::meta::Meta;
use crate::overlay::Made;
use crate::pack::Location;
use crate::rows::{decode_label, decode_label_key, decode_provenance, decode_sample, label_prefix};
use crate::tree;
use crate::{Commit, Repository, Result, Store, VersionScan};

/// A commit, open for reading. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Version {
    repository: Repository,
    hash: Hash,
    commit: Arc<Commit>,
    /// Its nodes, once something beneath the commit was asked for.
    made: Arc<OnceCell<Arc<Made>>>,
    /// What single rows are read from, once one was asked for.
    layered: Arc<OnceCell<Arc<Layered>>>,
    /// What holds for the version as a whole, once a split was asked for.
    meta: Arc<OnceCell<Meta>>,
}

impl Version {
    pub(crate) async fn open(repository: &Repository, hash: &Hash) -> Result<Self> {
        let commit = Arc::new(repository.store.commit(hash).await?);
        Ok(Self {
            repository: repository.clone(),
            hash: *hash,
            commit,
            made: Arc::default(),
            layered: Arc::default(),
            meta: Arc::default(),
        })
    }

    /// The nodes of the version, which can be read for as long as this is held.
    pub(crate) async fn made(&self) -> Result<&Arc<Made>> {
        let objects = &self.store().objects;
        self.made.get_or_try_init(|| objects.made(&self.hash)).await
    }

    /// What single rows are read from. Nodes are made for them only where folders moved.
    async fn layered(&self) -> Result<&Arc<Layered>> {
        let objects = &self.store().objects;
        let read = || async {
            match objects.layered(&self.hash).await? {
                Some(layered) => Ok(Arc::new(layered)),
                None => Ok(Arc::new(Layered::of(self.made().await?))),
            }
        };
        self.layered.get_or_try_init(read).await
    }

    /// The hash of the commit.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The commit.
    #[must_use]
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The store it is read from.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.repository.store
    }

    /// The dataset.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Hash of the content: equal on every machine for equal samples and labels.
    #[must_use]
    pub fn tree_hash(&self) -> Hash {
        self.commit.tree
    }

    /// Number of samples.
    #[must_use]
    pub fn sample_count(&self) -> u64 {
        self.commit.counts.samples
    }

    /// The rule by which samples without a split of their own come to one.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Missing`], failures of the store.
    pub async fn split_rule(&self) -> Result<Option<&SplitRule>> {
        let read = || self.store().objects.meta(&self.commit.meta);
        Ok(self.meta.get_or_try_init(read).await?.split_rule.as_ref())
    }

    /// A sample by its key. Its split is the one that counts: its own, or that of the rule.
    ///
    /// # Errors
    /// [`Error::Erased`](crate::Error::Erased), [`Error::Damaged`](crate::Error::Damaged), [`Error::Missing`](crate::Error::Missing), failures of the store.
    pub async fn sample(&self, key: &str) -> Result<Option<Sample>> {
        let mut found = self.stored_sample(key).await?;
        if let (Some(sample), Some(rule)) = (&mut found, self.split_rule().await?) {
            rule.apply(sample);
        }
        Ok(found)
    }

    /// As [`Version::sample`], with no other split than its own: for whoever will write it again.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn stored_sample(&self, key: &str) -> Result<Option<Sample>> {
        let layered = self.layered().await?;
        let found = layered.samples().get(&self.store().objects, key.as_bytes());
        let found = found.await?;
        found
            .map(|value| decode_sample(key.as_bytes(), &value))
            .transpose()
    }

    /// The sample number `ordinal`, from 0, in key order.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn sample_at(&self, ordinal: u64) -> Result<Option<Sample>> {
        let root = self.made().await?.roots.samples;
        let found = tree::at(&self.store().objects, &root, ordinal).await?;
        let Some((key, value)) = found else {
            return Ok(None);
        };
        let mut sample = decode_sample(&key, &value)?;
        if let Some(rule) = self.split_rule().await? {
            rule.apply(&mut sample);
        }
        Ok(Some(sample))
    }

    /// The labels of a sample, by layer and item, but those that were erased.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn labels(&self, key: &str) -> Result<Vec<LabelRow>> {
        let prefix = label_prefix(key);
        let layered = self.layered().await?;
        let rows = layered.labels().with_prefix(&self.store().objects, &prefix);
        let rows = rows.await?;
        rows.iter()
            .map(|(key, value)| decode_label(key, value))
            .collect()
    }

    /// Where the labels of a sample come from.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn provenance(&self, key: &str) -> Result<Vec<(LabelKey, Provenance)>> {
        let prefix = label_prefix(key);
        let layered = self.layered().await?;
        let rows = layered
            .provenance()
            .with_prefix(&self.store().objects, &prefix);
        let rows = rows.await?;
        rows.iter()
            .map(|(key, value)| Ok((decode_label_key(key)?, decode_provenance(key, value)?)))
            .collect()
    }

    /// All samples with their labels, in key order, streaming. What was erased is left out.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn scan(&self) -> Result<VersionScan> {
        VersionScan::start(self, "").await
    }

    /// As [`Version::scan`], beginning after the key `after`, whether it is there or not.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn scan_after(&self, after: &str) -> Result<VersionScan> {
        // No key holds U+0000: this is the first text after the key.
        VersionScan::start(self, &format!("{after}\0")).await
    }

    /// A page of samples with their labels, in key order.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn samples(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Sample, Vec<LabelRow>)>> {
        let mut scan = match after {
            Some(after) => self.scan_after(after).await?,
            None => self.scan().await?,
        };
        let mut page = Vec::new();
        while page.len() < limit {
            match scan.next().await? {
                Some(row) => page.push(row),
                None => break,
            }
        }
        Ok(page)
    }

    /// A whole blob, checked against its hash.
    ///
    /// # Errors
    /// As [`Version::sample`].
    pub async fn blob(&self, hash: &Hash) -> Result<Bytes> {
        self.store().blob(hash).await
    }

    /// Where a blob lies.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), failures of the store.
    pub async fn locate(&self, hash: &Hash) -> Result<Location> {
        self.store().locate(hash).await
    }

    /// Where blobs lie, in the order asked for.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), failures of the store.
    pub async fn locate_many(&self, hashes: &[Hash]) -> Result<Vec<Location>> {
        self.store().locate_many(hashes).await
    }

    /// A part of a blob, checked; see [`Store::blob_range`].
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) when the blob is shorter; as [`Version::sample`].
    pub async fn blob_range(&self, hash: &Hash, range: Range<u64>) -> Result<Bytes> {
        self.store().blob_range(hash, range).await
    }
}
