//! Putting the service together, starting and stopping it.

use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{App, HttpServer};
use api_types::{ErrorCode, ProblemDetails};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use utoipa::OpenApi;

use crate::config::BackendConfig;
use crate::http::routes::{Routes, Table};
use crate::http::{edge, policy};
use crate::problem::Problem;
use crate::state::AppState;
use crate::stores::Stores;

/// Why the service could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder can't be made.
    #[error("the data folder {0}: {1}")]
    DataFolder(String, std::io::Error),
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] db::DbErr),
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] blob_store::Error),
    /// The network.
    #[error("listening on {0}: {1}")]
    Listen(String, std::io::Error),
    /// The recorder of metrics.
    #[error("the recorder of metrics: {0}")]
    Metrics(String),
}

/// What the OpenAPI document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Strata",
        version = "1",
        description = "Data labelling and dataset versioning. Errors are application/problem+json; \
            their codes are listed in docs/errors.md."
    ),
    components(schemas(ProblemDetails))
)]
struct Document;

/// The OpenAPI document, as it is served.
#[derive(Clone)]
pub(crate) struct OpenApiText(pub(crate) String);

/// All routes of the service, room by room.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::new(Document::openapi());
    crate::ops::routes(&mut routes);
    crate::access::routes(&mut routes);
    crate::datasets::routes(&mut routes);
    crate::versioning::routes(&mut routes);
    crate::streaming::routes(&mut routes);
    crate::search::routes(&mut routes);
    crate::jobs::routes(&mut routes);
    crate::standards::routes(&mut routes);
    crate::labeling::routes(&mut routes);
    crate::review::routes(&mut routes);
    crate::models::routes(&mut routes);
    crate::upkeep::routes(&mut routes);
    routes
}

/// The table of routes with their policies.
#[must_use]
pub fn table() -> Table {
    routes().into_parts().0
}

/// The OpenAPI document as indented JSON, without a server.
///
/// # Panics
/// Never: the document is made of strings.
#[must_use]
pub fn openapi_json() -> String {
    let (_, document, _) = routes().into_parts();
    let mut text = document
        .to_pretty_json()
        .expect("an OpenAPI document can be written as JSON");
    text.push('\n');
    text
}

/// Opens the database, brings its schema up to date, and opens the store.
///
/// # Errors
/// When one of them can't be had.
pub async fn prepare(config: BackendConfig) -> Result<Data<AppState>, ServeError> {
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| ServeError::DataFolder(config.data_dir.display().to_string(), error))?;
    let database = db::connect(&config.database_url).await?;
    migrations::up(&database).await?;
    let stores = Stores::new(&config.store_url, &config.store_access)?;
    Ok(Data::new(AppState {
        db: database,
        stores,
        pictures: crate::datasets::Pictures::default(),
        indexes: crate::search::Indexes::new(config.data_dir.join("cache").join("search")),
        labeling: crate::labeling::Memory::default(),
        sign_ins: crate::access::limit::SignInLimit::new(config.sign_ins_per_minute),
        stopping: watch::Sender::new(false),
        metrics: recorder()?,
        config,
    }))
}

/// The process has one recorder, however many services a test starts in it.
fn recorder() -> Result<PrometheusHandle, ServeError> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let handle = RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        builder
            .install_recorder()
            .map_err(|error| error.to_string())
    });
    handle.clone().map_err(ServeError::Metrics)
}

/// Adds the whole service to an application.
pub fn configure(config: &mut ServiceConfig, state: &Data<AppState>) {
    let (table, document, mount) = routes().into_parts();
    let text = document.to_json().unwrap_or_default();
    config
        .app_data(state.clone())
        .app_data(Data::new(table))
        .app_data(Data::new(OpenApiText(text)))
        .app_data(PathConfig::default().error_handler(|error, _| {
            tracing::debug!(%error, "an address does not fit");
            Problem::not_found("address").into()
        }))
        .app_data(QueryConfig::default().error_handler(|error, _| {
            Problem::new(ErrorCode::InvalidParameter, error.to_string())
                .at("query")
                .into()
        }));
    mount(config);
    config.default_service(web::to(crate::front_end::serve));
}

/// Serves until `stop` resolves, then waits for the answers under way. `ready` is told the address once
/// it is open. Prints nothing.
///
/// # Errors
/// When the address can't be opened or listening fails.
pub async fn serve(
    state: Data<AppState>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let listen = state.config.listen.clone();
    let fail = |error| ServeError::Listen(listen.clone(), error);
    let listener = TcpListener::bind(&listen).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    let threads = state.config.threads;
    let shutdown_seconds = state.config.shutdown_seconds;
    let shared = state.clone();
    let app = move || {
        let state = shared.clone();
        App::new()
            .wrap(from_fn(policy::enforce))
            .wrap(from_fn(edge::wrap))
            .configure(move |config| configure(config, &state))
    };
    let server = HttpServer::new(app)
        .workers(threads)
        .client_request_timeout(Duration::from_secs(30))
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(shutdown_seconds)
        .disable_signals()
        .listen(listener)
        .map_err(fail)?
        .run();
    let handle = server.handle();
    ready(address);
    tokio::pin!(server);
    tokio::select! {
        outcome = &mut server => return outcome.map_err(fail),
        () = crate::upkeep::forget_what_was_erased(state.clone()) => {}
        () = stop => {}
    }
    state.stopping.send_replace(true);
    // Stopping is answered by the server itself, so both have to be driven.
    let ((), outcome) = futures::join!(handle.stop(true), &mut server);
    outcome.map_err(fail)
}

/// [`prepare`] and [`serve`] at once.
///
/// # Errors
/// Those of both.
pub async fn run(
    config: BackendConfig,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    serve(prepare(config).await?, ready, stop).await
}
