//! What a store really guarantees about conditional writes, found by trying.

use bytes::Bytes;

use crate::{Error, ObjectRoot, Result};

/// What a probe found out about conditional writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionalPuts {
    /// A second put-if-absent is refused.
    pub if_absent: bool,
    /// A put with an outdated version is refused.
    pub if_match: bool,
}

impl ConditionalPuts {
    /// Whether refs can live in the store without a database beside it.
    #[must_use]
    pub const fn are_enough_for_refs(self) -> bool {
        self.if_absent && self.if_match
    }
}

impl ObjectRoot {
    /// Tries conditional writes on an object of its own under `.probe/` and deletes it again. Some
    /// look-alikes of S3 ignore the condition; this finds those, it can't find one that races.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and failures of the store.
    pub async fn probe_conditional_puts(&self, nonce: &str) -> Result<ConditionalPuts> {
        let path = format!(".probe/{nonce}");
        let probed = self.probe_at(&path).await;
        self.delete(&path).await?;
        probed
    }

    async fn probe_at(&self, path: &str) -> Result<ConditionalPuts> {
        let first = self.update(path, Bytes::from_static(b"1"), None).await?;
        let if_absent = self.refuses(path, b"2", None).await?;
        let second = self
            .update(path, Bytes::from_static(b"3"), Some(&first))
            .await;
        let if_match = match second {
            Ok(_) => self.refuses(path, b"4", Some(&first)).await?,
            Err(Error::Conflict { .. }) => false,
            Err(error) => return Err(error),
        };
        Ok(ConditionalPuts {
            if_absent,
            if_match,
        })
    }

    async fn refuses(
        &self,
        path: &str,
        bytes: &'static [u8],
        expected: Option<&crate::Version>,
    ) -> Result<bool> {
        match self.update(path, Bytes::from_static(bytes), expected).await {
            Ok(_) => Ok(false),
            Err(Error::Conflict { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}
