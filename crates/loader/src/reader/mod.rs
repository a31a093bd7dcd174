//! Reading blobs: from packs on this machine, or from a store far away. What is handed on was checked.

mod local;
mod remote;

use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::dataset::OpenOptions;
use crate::link::Link;
use crate::table::Table;
use crate::{Error, Result};
use local::LocalPacks;
use remote::Remote;

/// One blob to read, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want<'a> {
    pub hash: Hash,
    pub key: &'a str,
    pub field: &'a str,
    pub row: usize,
}

impl Want<'_> {
    fn damaged(&self, pack: &Hash, detail: impl ToString) -> Error {
        Error::Damaged {
            key: self.key.to_owned(),
            field: self.field.to_owned(),
            pack: pack.to_string(),
            detail: detail.to_string(),
        }
    }
}

/// Reads blobs of one version. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Reader {
    Local(Arc<LocalPacks>),
    Remote(Remote),
}

impl Reader {
    /// A reader for the version of `link`. For a local store the link's threads end here, unless
    /// it has blobs that do not lie in one piece.
    pub(crate) fn new(link: Link, options: OpenOptions, table: &Table) -> Result<Self> {
        if link.is_local() {
            let packs = LocalPacks::new(link, options, table)?;
            return Ok(Self::Local(Arc::new(packs)));
        }
        Ok(Self::Remote(Remote::new(link, options)))
    }

    /// A reader that can be cancelled apart from others.
    pub(crate) fn for_iteration(&self) -> Self {
        match self {
            Self::Local(packs) => Self::Local(Arc::clone(packs)),
            Self::Remote(remote) => Self::Remote(remote.for_iteration()),
        }
    }

    /// The bytes of each want, in order. Blocks.
    pub(crate) fn read(&self, wants: &[Want<'_>]) -> Result<Vec<Bytes>> {
        match self {
            Self::Local(packs) => packs.read(wants),
            Self::Remote(remote) => remote.read(wants),
        }
    }

    /// Makes reads that are under way fail soon.
    pub(crate) fn cancel(&self) {
        if let Self::Remote(remote) = self {
            remote.cancel();
        }
    }
}
