//! A store: one place in object storage that holds datasets.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use blob_store::{ObjectRoot, StoreAccess};
use bytes::Bytes;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::commit::Commit;
use crate::objects::Objects;
use crate::pack::{self, EntryKind, Location, decode_entry};
use crate::{Error, Repository, Result, check_dataset_name, refs};

/// Path of the object that marks a store.
pub(crate) const MARKER_PATH: &str = "strata.json";
/// Version of the layout of a store.
const LAYOUT_VERSION: u64 = 2;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Endpoint, keys and token.
    pub access: StoreAccess,
    /// Memory for tree nodes that were read, in bytes.
    pub node_cache_bytes: u64,
    /// Length at which a pack is full, in bytes.
    pub pack_bytes: u64,
}

impl Default for StoreOptions {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            access: StoreAccess::default(),
            node_cache_bytes: 64 * MIB,
            pack_bytes: 64 * MIB,
        }
    }
}

/// A store. Cheap to clone; clones share what was read.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) objects: Arc<Objects>,
    pub(crate) pack_bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct Marker {
    format: String,
    version: u64,
}

fn marker_text() -> String {
    format!("{{\"format\":\"strata\",\"version\":{LAYOUT_VERSION}}}\n")
}

impl Store {
    /// Opens the store at `url`: a folder, `file://`, `s3://bucket/prefix` or `http(s)://host/workspace`.
    ///
    /// # Errors
    /// [`Error::NoStore`] when nothing is there, [`Error::NewerFormat`], [`Error::OlderFormat`], failures of the store.
    pub async fn open(url: &str, options: &StoreOptions) -> Result<Self> {
        Self::open_root(ObjectRoot::open(url, &options.access)?, options).await
    }

    /// Opens the store at an open root, as that of one workspace.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_root(root: ObjectRoot, options: &StoreOptions) -> Result<Self> {
        let Some(bytes) = root.get_opt(MARKER_PATH).await? else {
            return Err(Error::NoStore {
                url: root.url().to_owned(),
            });
        };
        let what = || format!("the store {}", root.url());
        let marker: Marker = serde_json::from_slice(&bytes)
            .map_err(|error| Error::damaged(what(), error.to_string()))?;
        if marker.format != "strata" {
            return Err(Error::damaged(what(), "its marker is of another kind"));
        }
        if marker.version > LAYOUT_VERSION {
            let (found, supported) = (marker.version, LAYOUT_VERSION);
            return Err(Error::NewerFormat {
                what: what(),
                found,
                supported,
            });
        }
        if marker.version < LAYOUT_VERSION {
            return Err(Error::OlderFormat {
                what: what(),
                found: marker.version,
                supported: LAYOUT_VERSION,
            });
        }
        if bytes != marker_text() {
            return Err(Error::damaged(
                what(),
                "its marker is not the one that is written",
            ));
        }
        let objects = Arc::new(Objects::new(root, options));
        Ok(Self {
            objects,
            pack_bytes: options.pack_bytes,
        })
    }

    /// Makes an empty store, or opens the one that is there.
    ///
    /// # Errors
    /// As [`Store::open`]; [`blob_store::Error::ReadOnly`] on a server.
    pub async fn init(url: &str, options: &StoreOptions) -> Result<Self> {
        Self::init_root(ObjectRoot::open(url, &options.access)?, options).await
    }

    /// Makes an empty store at an open root, or opens the one that is there.
    ///
    /// # Errors
    /// As [`Store::init`].
    pub async fn init_root(root: ObjectRoot, options: &StoreOptions) -> Result<Self> {
        match root.put_if_absent(MARKER_PATH, marker_text().into()).await {
            Ok(_) | Err(blob_store::Error::AlreadyExists { .. }) => {
                Self::open_root(root, options).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The store's place.
    #[must_use]
    pub fn root(&self) -> &ObjectRoot {
        &self.objects.root
    }

    /// Reads the blobs that lie in this bucket through it. Only tests do: the bucket fails on purpose.
    #[doc(hidden)]
    pub fn read_through(&self, bucket: blob_store::Bucket) {
        self.objects.buckets.add(bucket);
    }

    /// A handle to a dataset. Nothing is read; a dataset begins with its first ref.
    ///
    /// # Errors
    /// [`Error::InvalidName`].
    pub fn repository(&self, dataset: &str) -> Result<Repository> {
        check_dataset_name(dataset)?;
        Ok(Repository {
            store: self.clone(),
            dataset: dataset.into(),
        })
    }

    /// Names of the datasets that have a ref, sorted.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn datasets(&self) -> Result<Vec<String>> {
        let listed = self.root().list(refs::PREFIX).await?;
        let names: BTreeSet<_> = listed
            .iter()
            .filter_map(|info| info.path.split('/').nth(1))
            .collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    /// A commit by its hash.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Damaged`], failures of the store.
    pub async fn commit(&self, hash: &Hash) -> Result<Commit> {
        Ok(Commit::clone(self.objects.commit(hash).await?.as_ref()))
    }

    /// Whether a blob is in the store.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn has_blob(&self, hash: &Hash) -> Result<bool> {
        match self.objects.locate(EntryKind::Blob, hash).await {
            Ok(_) => Ok(true),
            Err(Error::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where a blob lies.
    ///
    /// # Errors
    /// [`Error::Missing`], failures of the store.
    pub async fn locate(&self, hash: &Hash) -> Result<Location> {
        self.objects.locate(EntryKind::Blob, hash).await
    }

    /// Where blobs lie, in the order asked for.
    ///
    /// # Errors
    /// [`Error::Missing`] for the first that is not in the store, failures of the store.
    pub async fn locate_many(&self, hashes: &[Hash]) -> Result<Vec<Location>> {
        self.objects.locate_many(EntryKind::Blob, hashes).await
    }

    /// How many bytes these packs have together.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn pack_bytes(&self, packs: &HashSet<Hash>) -> Result<u64> {
        let mut bytes = 0;
        for info in self.root().list("packs").await? {
            let name = info.path.rsplit('/').next().unwrap_or_default();
            let name = name.strip_suffix(".pack").unwrap_or(name).parse();
            if name.is_ok_and(|name: Hash| packs.contains(&name)) {
                bytes += info.bytes;
            }
        }
        Ok(bytes)
    }

    /// How many bytes a pack has.
    ///
    /// # Errors
    /// [`Error::Missing`] when the pack is gone, failures of the store.
    pub async fn pack_len(&self, pack: &Hash) -> Result<u64> {
        let found = self.root().head(&pack::path(pack)).await?;
        found.map(|info| info.bytes).ok_or(Error::Missing {
            what: "pack",
            hash: *pack,
        })
    }

    /// The file of a pack, where the store is a folder of this machine; `None` elsewhere.
    #[must_use]
    pub fn pack_file(&self, pack: &Hash) -> Option<PathBuf> {
        self.root().local_file(&pack::path(pack))
    }

    /// Byte ranges of a pack, as they lie there; unchecked, see [`Store::unpack_blob`].
    ///
    /// # Errors
    /// [`Error::Missing`] when the pack is gone, [`Error::Damaged`] when it is too short, failures.
    pub async fn read_pack_ranges(&self, pack: &Hash, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.objects.pack_ranges(pack, ranges).await
    }

    /// Unpacks compressed bytes of a pack into `out`, which they fill; unchecked, as a hash of `out` says.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they are no frame, or one of another length.
    pub fn unpack_into(stored: &[u8], out: &mut [u8]) -> Result<()> {
        pack::unpack_into(stored, out)
    }

    /// Makes a blob of the bytes at its location and checks it against its hash.
    ///
    /// # Errors
    /// [`Error::Damaged`] unless these are exactly the bytes that the hash names.
    pub fn unpack_blob(hash: &Hash, location: &Location, stored: Bytes) -> Result<Bytes> {
        decode_entry(hash, location, stored)
    }
}
