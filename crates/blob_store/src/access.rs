//! How a root is reached: keys, endpoint, token, and what a URL means.

use std::fmt;
use std::path::PathBuf;

use crate::{Error, Result, path};

/// What is needed to reach a store besides its URL. Everything is optional; a folder needs none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoreAccess {
    /// Base URL of an S3-compatible service; without it, AWS.
    pub endpoint: Option<String>,
    /// S3 region; `us-east-1` when absent.
    pub region: Option<String>,
    /// S3 access key id.
    pub access_key_id: Option<String>,
    /// S3 secret access key.
    pub secret_access_key: Option<String>,
    /// Whether an S3 endpoint may be plain `http://`.
    pub allow_http: bool,
    /// API token for a Strata server.
    pub token: Option<String>,
}

// Written by hand so that no log line ever shows a secret.
impl fmt::Debug for StoreAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreAccess")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("access_key_id", &self.access_key_id)
            .field(
                "secret_access_key",
                &self.secret_access_key.as_ref().map(|_| "(hidden)"),
            )
            .field("allow_http", &self.allow_http)
            .field("token", &self.token.as_ref().map(|_| "(hidden)"))
            .finish()
    }
}

/// What stands behind a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// A local folder.
    Folder,
    /// A bucket of an S3 service.
    S3,
    /// A workspace of a Strata server; read-only.
    Server,
}

/// A store URL, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Folder(PathBuf),
    S3 { bucket: String, prefix: String },
    Server { base: String, workspace: String },
}

impl Place {
    /// Reads a folder name, `file://`, `s3://bucket/prefix` or `http(s)://host[:port]/workspace`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let refuse = |reason: &str| Error::InvalidUrl {
            url: url.to_owned(),
            reason: reason.to_owned(),
        };
        if let Some(rest) = url.strip_prefix("file://") {
            if !rest.starts_with('/') {
                return Err(refuse("a file URL is file:///absolute/path"));
            }
            return Ok(Self::Folder(PathBuf::from(rest)));
        }
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/');
            if bucket.is_empty() {
                return Err(refuse("an S3 URL is s3://bucket or s3://bucket/prefix"));
            }
            if !prefix.is_empty() {
                path::check(prefix)?;
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
            });
        }
        if url.starts_with("http://") || url.starts_with("https://") {
            let parsed = reqwest::Url::parse(url).map_err(|error| refuse(&error.to_string()))?;
            let workspace = parsed.path().trim_matches('/').to_owned();
            if workspace.is_empty() || workspace.contains('/') {
                return Err(refuse(
                    "a server's store URL is http(s)://host[:port]/workspace",
                ));
            }
            return Ok(Self::Server {
                base: parsed.origin().ascii_serialization(),
                workspace,
            });
        }
        if url.contains("://") {
            return Err(refuse(
                "known schemes are file://, s3://, http:// and https://",
            ));
        }
        if url.is_empty() {
            return Err(refuse("an empty text names no store"));
        }
        let absolute = std::path::absolute(url).map_err(|error| refuse(&error.to_string()))?;
        Ok(Self::Folder(absolute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        assert_eq!(
            Place::parse("file:///a/b").unwrap(),
            Place::Folder("/a/b".into())
        );
        assert_eq!(
            Place::parse("s3://bucket/a/b/").unwrap(),
            Place::S3 {
                bucket: "bucket".into(),
                prefix: "a/b".into()
            }
        );
        assert_eq!(
            Place::parse("http://localhost:8080/team").unwrap(),
            Place::Server {
                base: "http://localhost:8080".into(),
                workspace: "team".into()
            }
        );
        for bad in [
            "",
            "file://a",
            "s3://",
            "http://host",
            "http://host/a/b",
            "ftp://x/y",
            "s3://b/../c",
        ] {
            assert!(Place::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let access = StoreAccess {
            secret_access_key: Some("hunter2".into()),
            token: Some("strata_x".into()),
            ..StoreAccess::default()
        };
        let shown = format!("{access:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("strata_x"));
    }
}
