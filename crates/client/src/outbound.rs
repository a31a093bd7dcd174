//! The one way out: calls to addresses of others (webhooks), which an operator has listed. Off until
//! then.
//!
//! What is listed is an origin and the beginning of a path: `https://hooks.example.org/strata`. A
//! listed name may only lead to public addresses, looked at after each resolution and before the
//! connection; what lies in a private network is listed by its address (`http://10.0.0.5:8000`) or
//! pinned to it (`https://hooks.corp=10.0.0.5`). Redirects are not followed and proxies not used.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::Serialize;

use crate::public_address::is_public;

/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Why a call to somebody else's address failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The list of addresses can't be read.
    #[error("{entry:?} can't be listed as an address to call: {reason}")]
    Entry {
        /// The entry.
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The address is not on the list.
    #[error(
        "{url} is not on the list of addresses that may be called; an operator adds it to STRATA_OUTBOUND"
    )]
    NotListed {
        /// The address.
        url: String,
    },
    /// The call failed, was too slow, or was answered with too much.
    #[error("{url}: {reason}")]
    Failed {
        /// The address, without its query.
        url: String,
        /// What went wrong.
        reason: String,
    },
}

/// Limits of one call.
#[derive(Debug, Clone, Copy)]
pub struct CallLimits {
    /// How long it may take from beginning to end.
    pub deadline: Duration,
    /// The longest answer that is read, in bytes.
    pub answer_bytes: usize,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundAnswer {
    /// HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

/// The caller of listed addresses. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    http: reqwest::Client,
    listed: Arc<[Listed]>,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound")
            .field("listed", &self.listed)
            .finish_non_exhaustive()
    }
}

/// One entry of the list.
#[derive(Debug, Clone)]
struct Listed {
    url: Url,
    pinned: Option<IpAddr>,
}

impl Outbound {
    /// A caller of the addresses in `list`, which are parted by commas. None: the list is empty, and
    /// nothing may be called.
    ///
    /// # Errors
    /// [`OutboundError::Entry`] for the first entry that is no address.
    pub fn new(list: &str) -> Result<Option<Self>, OutboundError> {
        let entries = list
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        let listed: Vec<Listed> = entries.map(Listed::parse).collect::<Result<_, _>>()?;
        if listed.is_empty() {
            return Ok(None);
        }
        let pinned = listed
            .iter()
            .filter_map(|entry| Some((entry.url.host_str()?.to_owned(), entry.pinned?)))
            .collect();
        // Already installed by the process is as good as installed here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Resolver { pinned }))
            .user_agent(concat!("strata/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| OutboundError::Entry {
                entry: list.to_owned(),
                reason: format!("no HTTP client: {error}"),
            })?;
        let listed = listed.into();
        Ok(Some(Self { http, listed }))
    }

    /// POST of a JSON body; any status is an answer.
    ///
    /// # Errors
    /// [`OutboundError::NotListed`], [`OutboundError::Failed`].
    pub async fn post_json<B: Serialize + ?Sized>(
        &self,
        url: &str,
        body: &B,
        limits: &CallLimits,
    ) -> Result<OutboundAnswer, OutboundError> {
        let not_listed = || OutboundError::NotListed { url: shown(url) };
        let target = Url::parse(url).map_err(|_| not_listed())?;
        if !self.listed.iter().any(|entry| entry.covers(&target)) {
            return Err(not_listed());
        }
        let failed = |reason: String| OutboundError::Failed {
            url: shown(url),
            reason,
        };
        let because = |error: reqwest::Error| failed(last_cause(&error));
        let request = self.http.post(target).timeout(limits.deadline).json(body);
        let mut answer = request.send().await.map_err(because)?;
        let status = answer.status().as_u16();
        let mut read = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(because)? {
            if read.len() + chunk.len() > limits.answer_bytes {
                let most = limits.answer_bytes;
                return Err(failed(format!("the answer is longer than {most} bytes")));
            }
            read.extend_from_slice(&chunk);
        }
        Ok(OutboundAnswer {
            status,
            body: read.into(),
        })
    }
}

impl Listed {
    fn parse(entry: &str) -> Result<Self, OutboundError> {
        let refuse = |reason: &str| OutboundError::Entry {
            entry: entry.to_owned(),
            reason: reason.to_owned(),
        };
        let (url, pinned) = match entry.split_once('=') {
            None => (entry, None),
            Some((url, address)) => {
                let address = address
                    .parse()
                    .map_err(|_| refuse("after = is an IP address"))?;
                (url, Some(address))
            }
        };
        let url = Url::parse(url).map_err(|error| refuse(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(refuse("it is http(s)://HOST[:PORT][/PATH][=ADDRESS]"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("a name or password has no place in it"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it has no query and no fragment"));
        }
        Ok(Self { url, pinned })
    }

    /// Whether the target has the entry's origin and a path at or below its path.
    fn covers(&self, target: &Url) -> bool {
        let plain = target.username().is_empty() && target.password().is_none();
        let beginning = self.url.path().trim_end_matches('/');
        let below = target.path().strip_prefix(beginning);
        plain
            && self.url.origin() == target.origin()
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Resolves names to public addresses only, but for those that are pinned.
struct Resolver {
    pinned: HashMap<String, IpAddr>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let pinned = self.pinned.get(&name).copied();
        Box::pin(async move {
            if let Some(address) = pinned {
                let addresses: Addrs = Box::new(std::iter::once(SocketAddr::new(address, 0)));
                return Ok(addresses);
            }
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() || found.iter().any(|found| !is_public(found.ip())) {
                let reason = format!("{name} leads into a private network; list it by its address");
                return Err(reason.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// An address as messages show it: without what may be secret.
fn shown(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return url.chars().take(100).collect();
    };
    parsed.set_query(None);
    parsed.set_fragment(None);
    // Both fail only where there is no host to have a name.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.to_string()
}

fn last_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer within the deadline".to_owned();
    }
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        reason = cause.to_string();
        source = cause.source();
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_called_until_something_is_listed() {
        assert!(Outbound::new("").unwrap().is_none());
        assert!(Outbound::new(" , ").unwrap().is_none());
        for bad in [
            "ftp://host",
            "host",
            "https://",
            "https://u:p@host",
            "https://h?q",
            "https://h=x",
        ] {
            assert!(Outbound::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_entry_covers_its_origin_and_the_paths_below() {
        let covers = |entry: &str, url: &str| {
            Listed::parse(entry)
                .unwrap()
                .covers(&Url::parse(url).unwrap())
        };
        assert!(covers("https://h.org", "https://h.org/a?b=c"));
        assert!(covers("https://h.org:443/a/", "https://h.org/a/b"));
        assert!(covers("https://h.org/a", "https://h.org/a"));
        for (entry, url) in [
            ("https://h.org", "http://h.org/"),
            ("https://h.org", "https://h.org:8443/"),
            ("https://h.org", "https://h.org.evil.org/"),
            ("https://h.org", "https://u@h.org/"),
            ("https://h.org/a", "https://h.org/ab"),
            ("https://h.org/a", "https://h.org/a/../b"),
        ] {
            assert!(!covers(entry, url), "{entry} {url}");
        }
    }

    #[test]
    fn messages_keep_secrets() {
        assert_eq!(shown("https://u:p@h.org/a?token=x#f"), "https://h.org/a");
    }
}
