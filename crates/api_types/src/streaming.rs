//! Reading a version store through the service.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One object of the version store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreObject {
    /// Its path from the store's root.
    pub path: String,
    /// Its size.
    pub bytes: u64,
}

/// Some objects of the version store, in path order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreListing {
    /// The objects.
    pub objects: Vec<StoreObject>,
    /// Give it as `after` to go on; null at the end.
    pub next: Option<String>,
}

/// Which objects.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StoreListQuery {
    /// Only paths that begin so.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Only paths after this one.
    #[serde(default)]
    pub after: Option<String>,
}
