//! Reading blobs: from packs on this machine, or from a store far away. What is handed on was checked.

mod fetch;
mod local;
mod remote;

use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::cache::CacheReport;
use crate::dataset::OpenOptions;
use crate::link::Link;
use crate::table::{Blobs, Table};
use crate::{Error, Result};
use local::LocalPacks;
use remote::Remote;

/// The blobs of some rows in one field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub table: &'a Table,
    pub field: &'a str,
    pub rows: &'a [usize],
    blobs: Option<&'a Blobs>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn new(table: &'a Table, field: &'a str, rows: &'a [usize]) -> Self {
        Self {
            table,
            field,
            rows,
            blobs: table.blobs(field),
        }
    }

    /// What the blob of the row at `place` is called, if there is one.
    pub(crate) fn hash(&self, place: usize) -> Option<Hash> {
        self.blobs?.hash(self.rows[place])
    }

    pub(crate) fn key(&self, place: usize) -> &'a str {
        self.table.key(self.rows[place])
    }

    fn want(&self, place: usize) -> Option<Want<'a>> {
        Some(Want {
            hash: self.hash(place)?,
            key: self.key(place),
            field: self.field,
        })
    }
}

/// One blob to read, and whose it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want<'a> {
    hash: Hash,
    key: &'a str,
    field: &'a str,
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
        Ok(Self::Remote(Remote::new(link, options)?))
    }

    /// A reader that can be cancelled apart from others, for one that `wants_most` of the version's bytes or
    /// only some here and there.
    pub(crate) fn for_iteration(&self, wants_most: bool) -> Self {
        match self {
            Self::Local(packs) => Self::Local(Arc::clone(packs)),
            Self::Remote(remote) => Self::Remote(remote.for_iteration(wants_most)),
        }
    }

    /// What the cache did, where there is one.
    pub(crate) fn cache_report(&self) -> Option<CacheReport> {
        match self {
            Self::Local(_) => None,
            Self::Remote(remote) => remote.cache_report(),
        }
    }

    /// The bytes of each column and row, in order; `None` where a row has no blob. Blocks.
    pub(crate) fn read(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Vec<Option<Bytes>>>> {
        match self {
            Self::Local(packs) => wanted.iter().map(|wanted| packs.read(wanted)).collect(),
            Self::Remote(remote) => {
                let wants: Vec<Vec<Option<Want<'_>>>> = wanted
                    .iter()
                    .map(|wanted| {
                        let places = 0..wanted.rows.len();
                        places.map(|place| wanted.want(place)).collect()
                    })
                    .collect();
                let there: Vec<Want<'_>> = wants.iter().flatten().flatten().copied().collect();
                let mut read = remote.read(&there)?.into_iter();
                let mut next = |want: Option<Want<'_>>| want.and_then(|_| read.next());
                Ok(wants
                    .into_iter()
                    .map(|wants| wants.into_iter().map(&mut next).collect())
                    .collect())
            }
        }
    }

    /// Whether [`stack`](Self::stack) can be used.
    pub(crate) const fn can_stack(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// Appends the blob of each row, all of `length` bytes, to `out`. Answers with the rows that have none, or one
    /// of another length, by their place; zeros stand for them. Blocks.
    pub(crate) fn stack(
        &self,
        wanted: &Wanted<'_>,
        length: usize,
        out: &mut Vec<u8>,
    ) -> Result<Vec<(usize, Error)>> {
        match self {
            Self::Local(packs) => packs.stack(wanted, length, out),
            Self::Remote(_) => Err(Error::Internal("only local packs are stacked".to_owned())),
        }
    }

    /// Makes reads that are under way fail soon.
    pub(crate) fn cancel(&self) {
        if let Self::Remote(remote) = self {
            remote.cancel();
        }
    }
}
