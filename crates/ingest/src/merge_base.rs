//! The version that an import is compared with, row by row in the order of keys.
use version_store::{RawRow, RawScan, Version};

use crate::Result;

/// Below one row in so many of the base, rows are looked up one by one.
const FEW: u64 = 64;

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

    /// The row of `key`, and in `passed` the keys before it that were not asked for.
    pub async fn find(&mut self, key: &str, passed: &mut Vec<Vec<u8>>) -> Result<Option<RawRow>> {
        match self {
            Self::Empty => Ok(None),
            Self::Few(version) => Ok(version.raw_row(key).await?),
            Self::Scan(walk) => {
                while let Some(row) = walk.next.take() {
                    if row.key.as_slice() > key.as_bytes() {
                        walk.next = Some(row);
                        break;
                    }
                    walk.next = walk.scan.next().await?;
                    if row.key == key.as_bytes() {
                        return Ok(Some(row));
                    }
                    passed.push(row.key);
                }
                Ok(None)
            }
        }
    }

    /// The keys behind all that were asked for.
    pub async fn rest(self, passed: &mut Vec<Vec<u8>>) -> Result<()> {
        let Self::Scan(mut walk) = self else {
            return Ok(());
        };
        while let Some(row) = walk.next.take() {
            walk.next = walk.scan.next().await?;
            passed.push(row.key);
        }
        Ok(())
    }
}
