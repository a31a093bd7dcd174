//! The version that an import is compared with, row by row in the order of keys.
use version_store::{RawRow, RawScan, Version};

use crate::Result;

/// Below one row in so many of the base, rows are looked up one by one.
const FEW: u64 = 64;
/// Rows that are passed over at once.
const PASSED_ROWS: usize = 1024;

/// The rows before the import.
pub(crate) enum Base<'a> {
    /// There are none.
    Empty,
    /// Asked for a few.
    Few(&'a Version),
    /// Asked for most, or for all.
    Scan(Box<Walk>),
}

/// A walk through the base.
pub(crate) struct Walk {
    scan: RawScan,
    next: Option<RawRow>,
}

impl<'a> Base<'a> {
    /// The rows of `version`, for `rows` of an import; `is_mirror`: rows that are passed over matter.
    pub async fn open(version: Option<&'a Version>, rows: u64, is_mirror: bool) -> Result<Self> {
        let Some(version) = version else {
            return Ok(Self::Empty);
        };
        if !is_mirror && rows < version.sample_count() / FEW {
            return Ok(Self::Few(version));
        }
        let mut scan = version.scan_raw("").await?;
        let next = scan.next().await?;
        Ok(Self::Scan(Box::new(Walk { scan, next })))
    }

    /// Goes on to the first row at or after `key`, or to the end, some rows at a time: the keys that were
    /// passed over, none when it is there.
    pub async fn pass(&mut self, key: Option<&str>) -> Result<Vec<Vec<u8>>> {
        let mut passed = Vec::new();
        let Self::Scan(walk) = self else {
            return Ok(passed);
        };
        let is_before =
            |row: &mut RawRow| key.is_none_or(|key| row.key.as_slice() < key.as_bytes());
        while passed.len() < PASSED_ROWS
            && let Some(row) = walk.next.take_if(is_before)
        {
            passed.push(row.key);
            walk.next = walk.scan.next().await?;
        }
        Ok(passed)
    }

    /// The row of `key`, after [`Base::pass`] went there.
    pub async fn find(&mut self, key: &str) -> Result<Option<RawRow>> {
        match self {
            Self::Empty => Ok(None),
            Self::Few(version) => Ok(version.raw_row(key).await?),
            Self::Scan(walk) => {
                let is_it = |row: &mut RawRow| row.key == key.as_bytes();
                let found = walk.next.take_if(is_it);
                if found.is_some() {
                    walk.next = walk.scan.next().await?;
                }
                Ok(found)
            }
        }
    }
}
