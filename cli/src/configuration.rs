//! The one place that reads the environment. Command-line flags win over it.
//!
//! | variable | is |
//! | --- | --- |
//! | `STRATA_DATA_DIR` | the data folder of the service (`strata-data` in the current folder by default) |
//! | `STRATA_DATABASE_URL` | `sqlite://…` or `postgres://…`; a file in the data folder by default |
//! | `STRATA_STORE` | the object store; `store/` in the data folder by default |
//! | `STRATA_LISTEN` | the address to listen on; `127.0.0.1:8080` by default |
//! | `STRATA_TOKEN` | API token for an `http(s)://` store and for calls to a server |
//! | `STRATA_S3_ENDPOINT`, `AWS_ENDPOINT_URL` | S3 server, when it is not AWS itself |
//! | `STRATA_S3_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION` | S3 region |
//! | `STRATA_S3_ALLOW_HTTP` | `true` to talk to the S3 server without TLS |
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` | S3 keys |
//! | `ORT_DYLIB_PATH` | the ONNX Runtime library; without it models run in pure Rust |
//! | `STRATA_OUTBOUND` | addresses of others that may be called (webhooks), `https://host/path` parted by commas; none by default |
//! | `STRATA_CACHE_DIR`, `XDG_CACHE_HOME`, `HOME` | where commands keep what can be made again; `~/.cache/strata` by default |
//! | `STRATA_SECURE_COOKIES` | `true` when browsers reach the service by HTTPS only |
//! | `RUST_LOG` | what is logged to stderr; `info` by default for services, `warn` for commands |

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use backend::BackendConfig;
use blob_store::StoreAccess;
use client::{Client, Outbound};
use ids::Hash;
use version_store::Store;
use workers::WorkerConfig;

use crate::commands::serve::ServeArguments;
use crate::commands::worker::WorkerArguments;

/// Everything the environment says. Empty variables count as absent.
#[derive(Clone, Default)]
pub struct Environment {
    /// `STRATA_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `STRATA_DATABASE_URL`.
    pub database_url: Option<String>,
    /// `STRATA_STORE`.
    pub store: Option<String>,
    /// `STRATA_LISTEN`.
    pub listen: Option<String>,
    /// `STRATA_TOKEN`. A secret.
    pub token: Option<String>,
    /// How to reach S3.
    pub s3: S3Environment,
    /// `STRATA_CACHE_DIR`, or `strata` in the user's cache folder.
    pub cache_dir: Option<PathBuf>,
    /// `ORT_DYLIB_PATH`.
    pub onnx_library: Option<PathBuf>,
    /// `STRATA_OUTBOUND`: the addresses that may be called.
    pub outbound: Option<Outbound>,
    /// `STRATA_SECURE_COOKIES`.
    pub secure_cookies: bool,
    /// `RUST_LOG`.
    pub log: Option<String>,
}

/// What the environment says about S3.
#[derive(Clone, Default)]
pub struct S3Environment {
    /// Address of the S3 server, when it is not AWS itself.
    pub endpoint: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Key id.
    pub access_key_id: Option<String>,
    /// Key. A secret.
    pub secret_access_key: Option<String>,
    /// Whether plain HTTP is allowed.
    pub allow_http: bool,
}

impl Environment {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// When a variable has a value it cannot have.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the place the rule points to"
    )]
    pub fn read() -> Result<Self> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads variables through `lookup`.
    ///
    /// # Errors
    /// When a variable has a value it cannot have.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let first = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| lookup(name).filter(|v| !v.is_empty()))
        };
        let s3 = S3Environment {
            endpoint: first(&["STRATA_S3_ENDPOINT", "AWS_ENDPOINT_URL"]),
            region: first(&["STRATA_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]),
            access_key_id: first(&["AWS_ACCESS_KEY_ID"]),
            secret_access_key: first(&["AWS_SECRET_ACCESS_KEY"]),
            allow_http: switch("STRATA_S3_ALLOW_HTTP", first(&["STRATA_S3_ALLOW_HTTP"]))?,
        };
        let folder = |name: &str, below: &str| first(&[name]).map(|f| Path::new(&f).join(below));
        let cache_dir = folder("STRATA_CACHE_DIR", "")
            .or_else(|| folder("XDG_CACHE_HOME", "strata"))
            .or_else(|| folder("HOME", ".cache/strata"));
        Ok(Self {
            cache_dir,
            data_dir: first(&["STRATA_DATA_DIR"]).map(PathBuf::from),
            database_url: first(&["STRATA_DATABASE_URL"]),
            store: first(&["STRATA_STORE"]),
            listen: first(&["STRATA_LISTEN"]),
            token: first(&["STRATA_TOKEN"]),
            s3,
            onnx_library: first(&["ORT_DYLIB_PATH"]).map(PathBuf::from),
            outbound: match first(&["STRATA_OUTBOUND"]) {
                Some(list) => Outbound::new(&list).context("STRATA_OUTBOUND")?,
                None => None,
            },
            secure_cookies: switch("STRATA_SECURE_COOKIES", first(&["STRATA_SECURE_COOKIES"]))?,
            log: first(&["RUST_LOG"]),
        })
    }

    /// The store a command works on: the flag, or `STRATA_STORE`.
    ///
    /// # Errors
    /// When neither names one.
    pub fn store_url(&self, flag: Option<&str>) -> Result<String> {
        flag.map(str::to_owned)
            .or_else(|| self.store.clone())
            .context("no store: give --store URL or set STRATA_STORE")
    }

    /// What is needed to reach a store besides its URL.
    #[must_use]
    pub fn store_access(&self) -> StoreAccess {
        StoreAccess {
            endpoint: self.s3.endpoint.clone(),
            region: self.s3.region.clone(),
            access_key_id: self.s3.access_key_id.clone(),
            secret_access_key: self.s3.secret_access_key.clone(),
            allow_http: self.s3.allow_http,
            token: self.token.clone(),
        }
    }

    /// The folder for what imports into a store found: in the store where that is a folder, else in the
    /// user's cache; None where there is neither.
    #[must_use]
    pub fn import_cache(&self, store: &Store) -> Option<PathBuf> {
        let root = store.root();
        let of_store = || format!("imports/{}", Hash::of(root.url().as_bytes()).short());
        let users = || Some(self.cache_dir.as_ref()?.join(of_store()));
        root.local_file(".imports").or_else(users)
    }

    /// A caller of the server at `http(s)://HOST[:PORT]`.
    ///
    /// # Errors
    /// When there is no token, or it is no token.
    pub fn client(&self, server: &str) -> Result<Client> {
        let token = self
            .token
            .as_deref()
            .with_context(|| format!("{server} wants to know who calls: set STRATA_TOKEN"))?;
        Client::new(server, token).context("STRATA_TOKEN")
    }

    /// What `strata serve` runs: the service and, unless told otherwise, a worker beside it.
    ///
    /// # Errors
    /// When the data folder cannot be made.
    pub fn serve(&self, arguments: &ServeArguments) -> Result<ServeSettings> {
        let places = self.places(
            arguments.data_dir.as_deref(),
            arguments.database_url.as_deref(),
            arguments.store.as_deref(),
        )?;
        let listen = arguments.listen.clone().or_else(|| self.listen.clone());
        let backend = BackendConfig {
            listen: listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            database_url: places.database_url.clone(),
            store_url: places.store_url.clone(),
            store_access: self.store_access(),
            secure_cookies: self.secure_cookies,
            outbound: self.outbound.clone(),
            ..BackendConfig::embedded(places.data.root.clone())
        };
        let worker = (!arguments.no_worker).then(|| {
            let queues = queues_of("default,prelabel");
            self.worker_config(&places, queues, arguments.jobs)
        });
        Ok(ServeSettings {
            backend,
            worker,
            is_first_run: places.data.is_new,
        })
    }

    /// What `strata worker` runs.
    ///
    /// # Errors
    /// When the data folder cannot be made.
    pub fn worker(&self, arguments: &WorkerArguments) -> Result<WorkerConfig> {
        let places = self.places(
            arguments.data_dir.as_deref(),
            arguments.database_url.as_deref(),
            arguments.store.as_deref(),
        )?;
        Ok(self.worker_config(&places, queues_of(&arguments.queues), arguments.jobs))
    }

    fn worker_config(
        &self,
        places: &Places,
        queues: Vec<String>,
        jobs: Option<usize>,
    ) -> WorkerConfig {
        WorkerConfig {
            database_url: places.database_url.clone(),
            store_url: places.store_url.clone(),
            store_access: self.store_access(),
            cache_dir: places.data.cache(),
            queues,
            concurrency: jobs.unwrap_or(WorkerConfig::CONCURRENCY),
            lease: WorkerConfig::LEASE,
            onnx_library: self.onnx_library.clone(),
            outbound: self.outbound.clone(),
        }
    }

    fn places(
        &self,
        data_dir: Option<&Path>,
        database_url: Option<&str>,
        store: Option<&str>,
    ) -> Result<Places> {
        let folder = data_dir
            .or(self.data_dir.as_deref())
            .unwrap_or(Path::new("strata-data"));
        let data = DataDir::create(folder)?;
        let database_url = database_url
            .map(str::to_owned)
            .or_else(|| self.database_url.clone());
        let store_url = store.map(str::to_owned).or_else(|| self.store.clone());
        Ok(Places {
            database_url: database_url.unwrap_or_else(|| data.database_url()),
            store_url: store_url.unwrap_or_else(|| data.store_url()),
            data,
        })
    }
}

/// What `strata serve` runs.
#[derive(Debug)]
pub struct ServeSettings {
    /// The service.
    pub backend: BackendConfig,
    /// The worker in the same process; None when workers run elsewhere.
    pub worker: Option<WorkerConfig>,
    /// Whether the data folder was made just now.
    pub is_first_run: bool,
}

/// Where everything is.
struct Places {
    data: DataDir,
    database_url: String,
    store_url: String,
}

/// `a,b` as a list.
fn queues_of(queues: &str) -> Vec<String> {
    queues
        .split(',')
        .map(|queue| queue.trim().to_owned())
        .filter(|q| !q.is_empty())
        .collect()
}

fn switch(name: &str, value: Option<String>) -> Result<bool> {
    match value.as_deref() {
        None | Some("false" | "0" | "no") => Ok(false),
        Some("true" | "1" | "yes") => Ok(true),
        Some(other) => bail!("{name} is true or false, not {other:?}"),
    }
}

/// The folder of the embedded service: `strata.db`, `store/`, `cache/`.
#[derive(Clone, Debug)]
pub struct DataDir {
    root: PathBuf,
    is_new: bool,
}

impl DataDir {
    /// Makes the folder, readable by its owner only, and gives its absolute path.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root).with_context(|| root.display().to_string())?;
        let is_new = !root.join("strata.db").exists();
        if !root.exists() {
            std::fs::create_dir_all(&root).with_context(|| format!("make {}", root.display()))?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let owner_only = std::fs::Permissions::from_mode(0o700);
                std::fs::set_permissions(&root, owner_only)
                    .with_context(|| format!("protect {}", root.display()))?;
            }
        }
        let cache = root.join("cache");
        std::fs::create_dir_all(&cache).with_context(|| format!("make {}", cache.display()))?;
        Ok(Self { root, is_new })
    }

    /// The database when no other is named.
    #[must_use]
    pub fn database_url(&self) -> String {
        format!(
            "sqlite://{}?mode=rwc",
            self.root.join("strata.db").display()
        )
    }

    /// The object store when no other is named.
    #[must_use]
    pub fn store_url(&self) -> String {
        self.root.join("store").display().to_string()
    }

    /// Search indexes, thumbnails, models: all of it can be made again.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Result<Environment> {
        Environment::from_lookup(|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn our_own_names_win_over_the_common_ones() {
        let read = environment(&[
            ("AWS_ENDPOINT_URL", "http://common"),
            ("STRATA_S3_ENDPOINT", "http://ours"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("STRATA_S3_ALLOW_HTTP", "true"),
        ])
        .unwrap();
        assert_eq!(read.s3.endpoint.as_deref(), Some("http://ours"));
        assert_eq!(read.s3.region.as_deref(), Some("eu-west-1"));
        assert!(read.s3.allow_http);
    }

    #[test]
    fn nonsense_is_refused_and_empty_is_absent() {
        assert!(environment(&[("STRATA_S3_ALLOW_HTTP", "maybe")]).is_err());
        let read = environment(&[("STRATA_STORE", "")]).unwrap();
        assert!(read.store_url(None).is_err());
        assert_eq!(read.store_url(Some("/x")).unwrap(), "/x");
    }

    #[test]
    fn the_data_folder_is_the_owners() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::create(&folder.path().join("a/b")).unwrap();
        assert!(data.cache().is_dir());
        assert!(data.database_url().starts_with("sqlite:///"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join("a/b"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }
}
