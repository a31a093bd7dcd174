//! The address of a server and of a workspace on it, as people write it.

use crate::error::{Error, Result};

/// `http(s)://host[:port][/workspace]`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreAddress {
    /// `http(s)://host[:port]`.
    pub server: String,
    /// The workspace's slug; None when the address names the server alone.
    pub workspace: Option<String>,
}

impl StoreAddress {
    /// Reads an address; None for one that is no `http(s)://`, such as that of a folder.
    ///
    /// # Errors
    /// [`Error::Address`] when there is no host, or more in it than a workspace.
    pub fn parse(url: &str) -> Result<Option<Self>> {
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Ok(None);
        }
        let refuse = |reason: String| Error::Address(format!("{url} is no address: {reason}"));
        let parsed = reqwest::Url::parse(url).map_err(|error| refuse(error.to_string()))?;
        let workspace = parsed.path().trim_matches('/');
        if workspace.contains('/') || parsed.query().is_some() || parsed.fragment().is_some() {
            let form = "it is http(s)://HOST[:PORT]/WORKSPACE";
            return Err(refuse(form.to_owned()));
        }
        Ok(Some(Self {
            server: parsed.origin().ascii_serialization(),
            workspace: (!workspace.is_empty()).then(|| workspace.to_owned()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::StoreAddress;

    #[test]
    fn addresses_are_taken_apart() {
        let read = |url| StoreAddress::parse(url).unwrap();
        assert_eq!(read("/data/store"), None);
        assert_eq!(read("s3://bucket/team"), None);
        let address = |server: &str, workspace: Option<&str>| {
            Some(StoreAddress {
                server: server.to_owned(),
                workspace: workspace.map(str::to_owned),
            })
        };
        assert_eq!(
            read("http://localhost:8080/team/"),
            address("http://localhost:8080", Some("team"))
        );
        assert_eq!(
            read("https://example.org"),
            address("https://example.org", None)
        );
        for bad in ["http://", "http://h/a/b", "http://h/a?b=c"] {
            assert!(StoreAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
