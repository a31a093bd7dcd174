//! Asking an index.
use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value as _;
use tantivy::{DocAddress, Order, ReloadPolicy, TantivyDocument};

use crate::compile::Compiler;
use crate::parse::parse;
use crate::schema::{Fields, register_words, schema};
use crate::{Error, Result};

/// An opened index. Cheap to share: searches need `&self` only.
pub struct Index {
    index: tantivy::Index,
    reader: tantivy::IndexReader,
    fields: Fields,
}

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Keys of the samples on this page, in key order.
    pub keys: Vec<String>,
    /// How many samples match in all.
    pub total: usize,
    /// Where the next page starts, if there is one.
    pub next_offset: Option<usize>,
}

impl Index {
    /// How far pages reach, in samples.
    pub const MAX_REACH: usize = 1_000_000;

    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// A folder without an index, or a broken one.
    pub fn open(folder: &Path) -> Result<Self> {
        let index = tantivy::Index::open_in_dir(folder)?;
        register_words(&index);
        let (expected, fields) = schema();
        if index.schema() != expected {
            return Err(Error::Archive(
                "its fields are those of another version".to_owned(),
            ));
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            index,
            reader,
            fields,
        })
    }

    /// Number of samples in the index.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// The samples that match `query`, `limit` of them from the `offset`-th on, in key order.
    /// Blocks; call it off the async threads.
    ///
    /// # Errors
    /// [`Error::Query`] with the place of the mistake; [`Error::PageTooDeep`].
    pub fn search(&self, query: &str, offset: usize, limit: usize) -> Result<Page> {
        let tree = parse(query)?;
        let compiled = Compiler {
            index: &self.index,
            fields: &self.fields,
        }
        .compile(&tree)?;
        if offset.saturating_add(limit) > Self::MAX_REACH {
            return Err(Error::PageTooDeep(Self::MAX_REACH));
        }
        let searcher = self.reader.searcher();
        if limit == 0 {
            let total = searcher.search(&compiled, &Count)?;
            return Ok(Page {
                keys: Vec::new(),
                total,
                next_offset: (total > offset).then_some(offset),
            });
        }
        let top = TopDocs::with_limit(limit)
            .and_offset(offset)
            .order_by_fast_field::<u64>("ordinal", Order::Asc);
        let (total, found) = searcher.search(&compiled, &(Count, top))?;
        let keys = found
            .into_iter()
            .map(|(_, address)| self.key(&searcher, address))
            .collect::<Result<Vec<_>>>()?;
        let end = offset + keys.len();
        Ok(Page {
            next_offset: (end < total && !keys.is_empty()).then_some(end),
            keys,
            total,
        })
    }

    fn key(&self, searcher: &tantivy::Searcher, address: DocAddress) -> Result<String> {
        let row: TantivyDocument = searcher.doc(address)?;
        row.get_first(self.fields.stored_key)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
            .ok_or_else(|| Error::Archive("a document without a key".to_owned()))
    }
}
