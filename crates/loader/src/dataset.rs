//! A version of a dataset, opened for training.

use std::sync::Arc;

use blob_store::{ObjectRoot, StoreAccess};
use ids::Hash;
use serde_json::{Map, Value, json};

use crate::batch::Batch;
use crate::batch::Making;
use crate::cache::{CacheOptions, CacheReport};
use crate::columns::{DecodeOptions, default_names, plan};
use crate::link::Link;
use crate::part::Opened;
use crate::plan::OnError;
use crate::reader::Reader;
use crate::selection::Selection;
use crate::table::{FieldColumn, Table, TableBuilder};
use crate::{Error, Loader, LoaderOptions, Result};

/// When the bytes of a blob are checked against its hash. Compressed and remote blobs are always checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// When this process reads them first.
    #[default]
    First,
    /// Every time.
    Always,
    /// Not at all: for storage that checks by itself.
    Never,
}

/// What to open, and how.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The store: a folder, `file://`, `s3://bucket/prefix` or `http(s)://host[:port]/workspace`.
    pub url: String,
    /// The dataset; may be left out when the store holds one.
    pub dataset: Option<String>,
    /// Branch, tag, commit hash or `ref~n`.
    pub reference: String,
    /// Keys, endpoint and token.
    pub access: StoreAccess,
    /// When bytes are checked.
    pub verify: Verify,
    /// Where to keep what is read from afar. A store in a folder of this machine needs no cache and has none.
    pub cache: Option<CacheOptions>,
    /// The store itself, where it is open already; `url` then only names it.
    pub root: Option<ObjectRoot>,
}

impl OpenOptions {
    /// The branch `main` of the only dataset of a store.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            dataset: None,
            reference: "main".to_owned(),
            access: StoreAccess::default(),
            verify: Verify::default(),
            cache: None,
            root: None,
        }
    }
}

/// An opened version. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Dataset {
    name: Arc<str>,
    commit: Hash,
    table: Arc<Table>,
    reader: Reader,
}

impl Dataset {
    /// Opens a version and reads all of its rows, without the bytes of blobs. Blocks.
    ///
    /// # Errors
    /// [`Error::Store`] when there is no such store, dataset or ref, or when it can't be read; [`Error::Cache`].
    pub fn open(options: OpenOptions) -> Result<Self> {
        let link = Link::open(&options)?;
        let table = link.run(read_table(&link))?;
        let (name, commit) = (link.dataset().into(), link.commit());
        let reader = Reader::new(link, options, &table)?;
        Ok(Self {
            name,
            commit,
            table: Arc::new(table),
            reader,
        })
    }

    /// The dataset's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The commit that is read.
    #[must_use]
    pub const fn commit(&self) -> Hash {
        self.commit
    }

    /// What the cache did for this process so far; `None` without a cache.
    #[must_use]
    pub fn cache_report(&self) -> Option<CacheReport> {
        self.reader.cache_report()
    }

    /// Number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether the version holds no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a sample in key order.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<usize> {
        self.table.find(key)
    }

    /// What the version holds: `{"samples", "splits", "columns", "fields", "layers", "metadata"}`.
    #[must_use]
    pub fn schema(&self) -> Value {
        let table = &self.table;
        let fields: Map<String, Value> = table
            .fields
            .iter()
            .map(|(name, column)| (name.clone(), field_schema(column)))
            .collect();
        let layers: Map<String, Value> = table
            .layers
            .iter()
            .map(|(name, layer)| {
                (
                    name.clone(),
                    json!({"kind": layer.kind.name(), "classes": layer.classes}),
                )
            })
            .collect();
        let metadata: Map<String, Value> = table
            .metadata
            .iter()
            .map(|(name, column)| (name.clone(), column.scalar_type().name().into()))
            .collect();
        json!({
            "samples": table.len(),
            "splits": table.split_names(),
            "columns": default_names(table),
            "fields": fields,
            "layers": layers,
            "metadata": metadata,
        })
    }

    /// The samples at some places in key order, as one batch. Blocks.
    ///
    /// # Errors
    /// [`Error::UnknownSample`] for a place behind the end, and everything that a loader can say.
    pub fn rows(
        &self,
        rows: &[usize],
        columns: Option<&[String]>,
        decode: DecodeOptions,
    ) -> Result<Batch> {
        if let Some(row) = rows.iter().find(|row| **row >= self.len()) {
            return Err(Error::UnknownSample(format!("number {row}")));
        }
        let chosen = Selection::of_rows(rows);
        let columns = plan(&self.table, &chosen, columns, decode)?;
        let making = Making {
            table: &self.table,
            reader: &self.reader,
            on_error: OnError::Fail,
            seed: 0,
            epoch: 0,
        };
        making.batch(&columns, rows)
    }

    /// A loader over the version.
    ///
    /// # Errors
    /// What is wrong with the options; see [`Error`].
    pub fn loader(&self, options: LoaderOptions) -> Result<Loader> {
        let (table, reader) = (Arc::clone(&self.table), self.reader.clone());
        Loader::new(
            Opened {
                commit: self.commit,
                table,
                reader,
            },
            options,
        )
    }
}

async fn read_table(link: &Link) -> Result<Table> {
    let mut table = TableBuilder::default();
    let mut rows = link.version().scan().await?;
    while let Some((sample, labels)) = rows.next().await? {
        table.push(&sample, &labels);
    }
    Ok(table.finish())
}

fn field_schema(column: &FieldColumn) -> Value {
    let Some(blobs) = &column.blobs else {
        return json!({"type": column.inline.scalar_type().name()});
    };
    let types = blobs.media_types();
    let all = |kind: &str| types.iter().all(|media_type| media_type.starts_with(kind));
    let kind = ["image", "text", "audio", "video"]
        .into_iter()
        .find(|kind| all(&format!("{kind}/")));
    json!({"type": kind.unwrap_or("bytes"), "media_types": types})
}
