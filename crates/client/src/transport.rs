//! The one outbound HTTP client: address, token, time limits, problems turned into errors.

use std::time::Duration;

use reqwest::header::{ETAG, HeaderValue, IF_MATCH};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result, problem};

/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long one ordinary call may take. Uploads have their own limit per request.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// The largest answer that is read into memory, in bytes.
const ANSWER_LIMIT_BYTES: usize = 64 << 20;

/// A caller of one Strata server. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: reqwest::Url,
    token: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The token is a secret; it is not shown.
        f.debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A caller of the server at `url` (`http://host:port`), with an API token.
    ///
    /// # Errors
    /// When the address is no http(s) address or the token cannot stand in a header.
    pub fn new(url: &str, token: &str) -> Result<Self> {
        let base = reqwest::Url::parse(url)
            .map_err(|error| Error::Address(format!("{url} is not an address: {error}")))?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(Error::Address(format!("{url} is not an http(s) address")));
        }
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Address(
                "the token is empty or has characters no token has".to_owned(),
            ));
        }
        // Already installed by the process is as good as installed here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("strata/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::Address(format!("no HTTP client: {error}")))?;
        Ok(Self {
            http,
            base,
            token: token.to_owned(),
        })
    }

    /// The address of `/api/v1` followed by `segments`, each escaped.
    pub(crate) fn address(&self, segments: &[&str]) -> Result<reqwest::Url> {
        let mut url = self.base.clone();
        if segments
            .iter()
            .any(|segment| matches!(*segment, "" | "." | ".."))
        {
            return Err(Error::Address(format!("{segments:?} names nothing")));
        }
        url.path_segments_mut()
            .map_err(|()| Error::Address(format!("{} has no path", self.base)))?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(segments);
        Ok(url)
    }

    /// A request with the token and the ordinary time limit.
    pub(crate) fn request(&self, method: Method, url: reqwest::Url) -> RequestBuilder {
        self.http
            .request(method, url)
            .bearer_auth(&self.token)
            .timeout(CALL_LIMIT)
    }

    /// GET, decoded.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T> {
        let mut url = self.address(segments)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let path = url.path().to_owned();
        decode(&path, self.send(self.request(Method::GET, url)).await?).await
    }

    /// As [`Client::get`], with the answer's `ETag`.
    pub(crate) async fn get_tagged<T: DeserializeOwned>(
        &self,
        segments: &[&str],
    ) -> Result<(T, Option<HeaderValue>)> {
        let url = self.address(segments)?;
        let path = url.path().to_owned();
        let answer = self.send(self.request(Method::GET, url)).await?;
        let tag = answer.headers().get(ETAG).cloned();
        Ok((decode(&path, answer).await?, tag))
    }

    /// PUT of a JSON body over what had the `ETag` `tag`, decoded.
    pub(crate) async fn put_over<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        segments: &[&str],
        tag: Option<HeaderValue>,
        body: &B,
    ) -> Result<T> {
        let url = self.address(segments)?;
        let path = url.path().to_owned();
        let mut request = self.request(Method::PUT, url).json(body);
        if let Some(tag) = tag {
            request = request.header(IF_MATCH, tag);
        }
        decode(&path, self.send(request).await?).await
    }

    /// POST of a JSON body, decoded. Each call is one effect: it carries its own idempotency key.
    pub(crate) async fn post<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &B,
    ) -> Result<T> {
        let path = segments.join("/");
        decode(&path, self.post_any(segments, body).await?).await
    }

    /// [`Client::post`], answered with whatever success.
    pub(crate) async fn post_any<B: Serialize + ?Sized>(
        &self,
        segments: &[&str],
        body: &B,
    ) -> Result<Response> {
        let url = self.address(segments)?;
        #[allow(clippy::disallowed_methods, reason = "a client names its own requests")]
        let key = uuid::Uuid::new_v4().to_string();
        let request = self
            .request(Method::POST, url)
            .header("idempotency-key", key)
            .json(body);
        self.send(request).await
    }

    /// DELETE, answered without a body.
    pub(crate) async fn delete(&self, segments: &[&str]) -> Result<()> {
        let url = self.address(segments)?;
        self.send(self.request(Method::DELETE, url)).await?;
        Ok(())
    }

    /// Sends, and turns an answer that is no success into an error.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let answer = request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = answer
            .bytes()
            .await
            .map_err(|error| self.unreachable(&error))?;
        Err(problem(status.as_u16(), &body))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Error {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            reason = cause.to_string();
            source = cause.source();
        }
        Error::Unreachable {
            server: self.base.to_string(),
            reason,
        }
    }
}

/// Reads a JSON answer, within the size limit.
pub(crate) async fn decode<T: DeserializeOwned>(path: &str, mut answer: Response) -> Result<T> {
    let wrong = |reason: String| Error::Answer {
        path: path.to_owned(),
        reason,
    };
    let mut body = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|error| wrong(error.to_string()))?
    {
        if body.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(wrong(format!(
                "it is longer than {ANSWER_LIMIT_BYTES} bytes"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn names_are_escaped_into_paths() {
        let client = Client::new("http://127.0.0.1:9/base/", "strata_x").unwrap();
        let url = client
            .address(&["workspaces", "a b", "datasets", "x/y?z"])
            .unwrap();
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/base/api/v1/workspaces/a%20b/datasets/x%2Fy%3Fz"
        );
        assert!(client.address(&["workspaces", ".."]).is_err());
    }

    #[test]
    fn only_http_addresses_and_real_tokens() {
        assert!(Client::new("ftp://host", "t").is_err());
        assert!(Client::new("nonsense", "t").is_err());
        assert!(Client::new("http://host", "").is_err());
        assert!(Client::new("http://host", "a\nb").is_err());
    }

    #[test]
    fn the_token_is_not_shown() {
        let client = Client::new("http://host", "strata_secret").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
    }
}
