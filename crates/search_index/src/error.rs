//! What can go wrong with an index or a query.
use thiserror::Error;

/// Result of an index operation.
pub type Result<T> = std::result::Result<T, Error>;

/// A query that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} at character {position}")]
pub struct QueryError {
    /// What is wrong.
    pub message: String,
    /// Where, in Unicode code points from 1.
    pub position: usize,
}

/// Why an index operation failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The query can't be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The asked page is out of reach.
    #[error("results after the first {0} are not paged; narrow the query")]
    PageTooDeep(usize),
    /// The index is broken or can't be written.
    #[error("the search index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// The folder or the archive can't be read or written.
    #[error("the search index files failed: {0}")]
    Io(#[from] std::io::Error),
    /// The archive holds what no index has.
    #[error("the archive is not a search index: {0}")]
    Archive(String),
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Query(_) => "query_invalid",
            Self::PageTooDeep(_) => "page_too_deep",
            Self::Index(_) | Self::Io(_) => "search_index_failed",
            Self::Archive(_) => "search_index_invalid",
        }
    }
}
