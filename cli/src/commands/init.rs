//! `strata init`: an empty store.

use anyhow::{Result, bail};
use db::environment::new_id;
use serde_json::json;
use version_store::{Store, StoreOptions};

use super::print;
use crate::configuration::Environment;

/// Makes an empty store; one that is there stays as it is.
#[derive(clap::Args, Debug)]
pub struct InitArguments {
    /// A folder, file://, or s3://BUCKET/PREFIX [default: STRATA_STORE]
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

/// Makes the store, and tries whether refs are safe in it.
///
/// # Errors
/// When the store can't be written, or ignores conditions on writes.
pub async fn run(arguments: &InitArguments, environment: &Environment, json: bool) -> Result<()> {
    let url = environment.store_url(arguments.store.as_deref())?;
    let options = StoreOptions {
        access: environment.store_access(),
        ..StoreOptions::default()
    };
    let store = Store::init(&url, &options).await?;
    let puts = store
        .root()
        .probe_conditional_puts(&new_id().to_string())
        .await?;
    if !puts.are_enough_for_refs() {
        bail!(
            "{url} ignores conditions on writes, two people could overwrite each other's branches"
        );
    }
    if json {
        return print::json_line(&json!({ "store": url }));
    }
    println!("{url} is a Strata store");
    Ok(())
}
