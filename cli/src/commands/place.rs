//! `--store URL --dataset NAME`: where a command that needs no server works.

use anyhow::{Result, bail};
use version_store::{Repository, Store, StoreOptions};

use crate::configuration::Environment;

/// Which store, and which dataset of it.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct PlaceArguments {
    /// A folder, file://, s3://BUCKET/PREFIX, or http(s)://HOST/WORKSPACE [default: STRATA_STORE]
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// The dataset [default: the only one in the store]
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
}

impl PlaceArguments {
    /// Opens the store.
    ///
    /// # Errors
    /// When none is named or it can't be opened.
    pub async fn store(&self, environment: &Environment) -> Result<Store> {
        let url = environment.store_url(self.store.as_deref())?;
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

fn only(mut names: Vec<String>) -> Result<String> {
    match (names.pop(), names.is_empty()) {
        (Some(name), true) => Ok(name),
        (None, _) => {
            bail!("the store holds no dataset yet; `strata import --dataset NAME` makes one")
        }
        (Some(last), false) => {
            names.push(last);
            bail!(
                "the store holds {} datasets, name one with --dataset: {}",
                names.len(),
                names.join(", ")
            )
        }
    }
}
