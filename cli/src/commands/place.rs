//! `--store URL --dataset NAME`: where a command works.

use anyhow::{Result, bail};
use client::{Client, StoreAddress};
use version_store::{Repository, Store, StoreOptions};

use crate::configuration::Environment;

/// Which store, and which dataset of it.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct PlaceArguments {
    /// A folder, file://, s3://BUCKET/PREFIX, or http(s)://HOST[/WORKSPACE] [default: STRATA_STORE]
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// The dataset [default: the only one in the store]
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
}

/// A workspace of a server.
pub struct ServerPlace {
    /// Who calls it.
    pub client: Client,
    /// `http(s)://HOST[:PORT]`.
    pub server: String,
    /// The workspace's slug.
    pub workspace: String,
}

impl ServerPlace {
    /// The workspace.
    #[must_use]
    pub const fn workspace(&self) -> client::Workspace<'_> {
        self.client.workspace(self.workspace.as_str())
    }
}

/// A dataset of a server.
pub struct ServerDataset {
    place: ServerPlace,
    /// Its name.
    pub name: String,
}

impl ServerDataset {
    /// The workspace that it is in.
    #[must_use]
    pub const fn workspace(&self) -> client::Workspace<'_> {
        self.place.workspace()
    }
}

impl PlaceArguments {
    /// The dataset, when the store is that of a server: there refs are moved by asking it.
    ///
    /// # Errors
    /// As [`PlaceArguments::server`], and when there is no dataset or more than one to choose from.
    pub async fn server_dataset(&self, environment: &Environment) -> Result<Option<ServerDataset>> {
        let Some(place) = self.server(environment).await? else {
            return Ok(None);
        };
        let name = match &self.dataset {
            Some(name) => name.clone(),
            None => {
                let known = place.workspace().datasets().await?;
                only(known.into_iter().map(|dataset| dataset.name).collect())?
            }
        };
        Ok(Some(ServerDataset { place, name }))
    }

    /// The commit that `text` names. A server is asked: it knows where its branches are before they are
    /// copied into its store.
    ///
    /// # Errors
    /// When it names none, or the store or the server fails.
    pub async fn resolve(
        &self,
        environment: &Environment,
        repository: &Repository,
        text: &str,
    ) -> Result<ids::Hash> {
        let Some(place) = self.server(environment).await? else {
            return Ok(repository.resolve(text).await?);
        };
        let detail = place.workspace().commit(repository.dataset(), text).await?;
        Ok(detail.commit.hash)
    }

    /// The workspace, when the store is that of a server. Where the URL names none, it is the only
    /// one that the token reaches.
    ///
    /// # Errors
    /// When no store is named, there is no token, or there are several workspaces to choose from.
    pub async fn server(&self, environment: &Environment) -> Result<Option<ServerPlace>> {
        let url = environment.store_url(self.store.as_deref())?;
        let Some(StoreAddress { server, workspace }) = StoreAddress::parse(&url)? else {
            return Ok(None);
        };
        let client = environment.client(&server)?;
        let workspace = match workspace {
            Some(workspace) => workspace,
            None => client.only_workspace().await?,
        };
        Ok(Some(ServerPlace {
            client,
            server,
            workspace,
        }))
    }

    /// The store's URL, with its workspace where it is that of a server.
    ///
    /// # Errors
    /// As [`PlaceArguments::server`].
    pub async fn url(&self, environment: &Environment) -> Result<String> {
        match self.server(environment).await? {
            Some(place) => Ok(format!("{}/{}", place.server, place.workspace)),
            None => environment.store_url(self.store.as_deref()),
        }
    }

    /// Opens the store.
    ///
    /// # Errors
    /// When none is named or it can't be opened.
    pub async fn store(&self, environment: &Environment) -> Result<Store> {
        let url = self.url(environment).await?;
        let options = StoreOptions {
            access: environment.store_access(),
            ..StoreOptions::default()
        };
        Ok(Store::open(&url, &options).await?)
    }

    /// Opens the dataset: the one that is named, or the only one there is.
    ///
    /// # Errors
    /// As [`PlaceArguments::store`], and when there is no dataset or more than one to choose from.
    pub async fn repository(&self, environment: &Environment) -> Result<Repository> {
        let store = self.store(environment).await?;
        let name = match &self.dataset {
            Some(name) => name.clone(),
            None => only(store.datasets().await?)?,
        };
        Ok(store.repository(&name)?)
    }
}

/// The only one of these datasets.
///
/// # Errors
/// When there is none, or more than one to choose from.
pub fn only(mut names: Vec<String>) -> Result<String> {
    match (names.pop(), names.is_empty()) {
        (Some(name), true) => Ok(name),
        (None, _) => {
            bail!("there is no dataset yet; `strata import --dataset NAME` makes one")
        }
        (Some(last), false) => {
            names.push(last);
            bail!(
                "there are {} datasets, name one with --dataset: {}",
                names.len(),
                names.join(", ")
            )
        }
    }
}
