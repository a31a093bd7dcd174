//! Who the token speaks for.

use api_types::access::Me;

use crate::error::{Error, Result};
use crate::transport::Client;

impl Client {
    /// The person the token speaks for, and the workspaces it reaches.
    ///
    /// # Errors
    /// A problem with status 401 when the token is not known, has run out or was revoked.
    pub async fn me(&self) -> Result<Me> {
        self.get(&["me"], &[]).await
    }

    /// The one workspace the token reaches.
    ///
    /// # Errors
    /// As [`Client::me`], or when the token reaches none or several: then one has to be named.
    pub async fn only_workspace(&self) -> Result<String> {
        let me = self.me().await?;
        let mut slugs: Vec<String> = me.workspaces.into_iter().map(|view| view.slug).collect();
        match slugs.len() {
            1 => Ok(slugs.remove(0)),
            0 => Err(Error::Address("the token reaches no workspace".to_owned())),
            _ => Err(Error::Address(format!(
                "name a workspace: {}",
                slugs.join(", ")
            ))),
        }
    }
}
