//! What all requests share.

use db::DatabaseConnection;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use crate::access::limit::SignInLimit;
use crate::config::BackendConfig;
use crate::datasets::Pictures;
use crate::labeling::Memory;
use crate::search::Indexes;
use crate::stores::Stores;

/// What all requests share.
pub struct AppState {
    /// The database.
    pub db: DatabaseConnection,
    /// How the service runs.
    pub config: BackendConfig,
    /// The workspaces' stores.
    pub stores: Stores,
    /// Pictures that were drawn.
    pub pictures: Pictures,
    /// Search indexes at hand.
    pub indexes: Indexes,
    /// What labelling remembers of things that never change.
    pub labeling: Memory,
    /// Who tried to sign in how often.
    pub(crate) sign_ins: SignInLimit,
    /// Whether the service stops: answers without an end of their own end then.
    pub(crate) stopping: watch::Sender<bool>,
    /// What `/metrics` shows.
    pub(crate) metrics: PrometheusHandle,
}
