//! A workspace of a Strata server: its store, read over HTTP.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, RANGE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;

use crate::ranges::{self, slice};
use crate::root::ObjectInfo;
use crate::{Error, Result, error, s3};

#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    store: Url,
    token: Option<String>,
}

#[derive(Deserialize)]
struct ListPage {
    objects: Vec<ListedObject>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct ListedObject {
    path: String,
    bytes: u64,
}

impl Server {
    pub(crate) fn open(base: &str, workspace: &str, token: Option<String>) -> Result<Self> {
        s3::install_crypto();
        let refuse = |reason: String| Error::InvalidUrl {
            url: format!("{base}/{workspace}"),
            reason,
        };
        let mut store = Url::parse(base).map_err(|error| refuse(error.to_string()))?;
        store
            .path_segments_mut()
            .map_err(|()| refuse("the URL has no path".into()))?
            .extend(["api", "v1", "workspaces", workspace, "store"]);
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| refuse(error::chain(&error)))?;
        Ok(Self {
            client,
            store,
            token,
        })
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.client.request(method, url);
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    fn object_url(&self, path: &str) -> Url {
        let mut url = self.store.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push("objects").extend(path.split('/'));
        }
        url
    }

    pub(crate) async fn get(&self, path: &str, range: Option<Range<u64>>) -> Result<Bytes> {
        let mut request = self.request(Method::GET, self.object_url(path));
        if let Some(range) = &range {
            if range.is_empty() {
                return Ok(Bytes::new());
            }
            request = request.header(RANGE, format!("bytes={}-{}", range.start, range.end - 1));
        }
        let response = self.send(path, request).await?;
        let partial = response.status() == StatusCode::PARTIAL_CONTENT;
        let body = response
            .bytes()
            .await
            .map_err(|error| failed(path, &error))?;
        match range {
            None => Ok(body),
            // A server may answer a range with the whole object.
            Some(range) if !partial => slice(path, &body, &range, 0),
            Some(range) => slice(path, &body, &range, range.start),
        }
    }

    pub(crate) async fn get_ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        ranges::read_together(path, ranges, |range| self.get(path, Some(range))).await
    }

    pub(crate) async fn head(&self, path: &str) -> Result<ObjectInfo> {
        let response = self
            .send(path, self.request(Method::HEAD, self.object_url(path)))
            .await?;
        let length = response.headers().get(reqwest::header::CONTENT_LENGTH);
        let bytes = length
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok());
        let bytes = bytes.ok_or_else(|| Error::Failed {
            path: path.to_owned(),
            detail: "the server does not say how long the object is".into(),
        })?;
        Ok(ObjectInfo {
            path: path.to_owned(),
            bytes,
            modified_ms: 0,
        })
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut url = self.store.clone();
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.push("list");
            }
            url.query_pairs_mut().append_pair("prefix", prefix);
            if let Some(after) = &after {
                url.query_pairs_mut().append_pair("after", after);
            }
            let response = self.send(prefix, self.request(Method::GET, url)).await?;
            let body = response
                .bytes()
                .await
                .map_err(|error| failed(prefix, &error))?;
            let page: ListPage = serde_json::from_slice(&body).map_err(|error| Error::Failed {
                path: prefix.to_owned(),
                detail: error.to_string(),
            })?;
            let listed = page.objects.into_iter();
            found.extend(listed.map(|object| ObjectInfo {
                path: object.path,
                bytes: object.bytes,
                modified_ms: 0,
            }));
            // A server that repeats its cursor would keep us here for ever.
            if page.next.is_none() || page.next == after {
                return Ok(found);
            }
            after = page.next;
        }
    }

    async fn send(&self, path: &str, request: RequestBuilder) -> Result<Response> {
        let response = request.send().await.map_err(|error| failed(path, &error))?;
        let status = response.status();
        let path = path.to_owned();
        match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
            StatusCode::NOT_FOUND => Err(Error::NotFound { path }),
            StatusCode::UNAUTHORIZED if self.token.is_none() => Err(Error::Denied {
                path,
                detail: "the server wants an API token".into(),
            }),
            StatusCode::UNAUTHORIZED => Err(Error::Denied {
                path,
                detail: "the server does not know the API token, or it has run out".into(),
            }),
            StatusCode::FORBIDDEN => Err(Error::Denied {
                path,
                detail: told(response).await,
            }),
            StatusCode::RANGE_NOT_SATISFIABLE => Err(Error::ShortObject {
                path,
                bytes: 0,
                start: 0,
                end: 0,
            }),
            _ => Err(Error::Failed {
                path,
                detail: told(response).await,
            }),
        }
    }
}

/// What the server says went wrong: the detail of its problem, where it gave one.
async fn told(response: Response) -> String {
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
    }
    let status = response.status();
    let body = response.bytes().await.unwrap_or_default();
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => format!("{} (HTTP {})", problem.detail, status.as_u16()),
        Err(_) => format!("the server answered {status}"),
    }
}

fn failed(path: &str, error: &reqwest::Error) -> Error {
    Error::Failed {
        path: path.to_owned(),
        detail: error::chain(error),
    }
}
