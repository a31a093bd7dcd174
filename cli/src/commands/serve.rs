//! `strata serve`: the service and a worker in one process; with nothing said, over one data folder.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::configuration::{Environment, ServeSettings};

/// Runs the service.
#[derive(clap::Args, Debug, Default)]
pub struct ServeArguments {
    /// The folder for database, objects and caches [default: strata-data]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// sqlite://FILE or postgres://… [default: strata.db in the data folder]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where objects are kept: a folder or s3://BUCKET/PREFIX [default: store/ in the data folder]
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Run no jobs in this process; `strata worker` does
    #[arg(long)]
    pub no_worker: bool,
    /// Jobs at a time [default: 2]
    #[arg(long, value_name = "N", conflicts_with = "no_worker")]
    pub jobs: Option<usize>,
}

/// Serves until Ctrl+C or SIGTERM, then lets requests and jobs under way end.
///
/// # Errors
/// When the service or its worker cannot start, or ends by itself.
pub async fn run(arguments: &ServeArguments, environment: &Environment) -> Result<()> {
    let ServeSettings {
        backend,
        worker,
        is_first_run,
    } = environment.serve(arguments)?;
    workers::start_inference(environment.onnx_library.as_deref())?;
    let state = backend::prepare(backend).await?;
    let (stop, stopped) = watch::channel(false);
    let mut watching = tokio::spawn({
        let stop = stop.clone();
        async move {
            stop_signal().await;
            let _ = stop.send(true);
        }
    });
    let worker = worker.map(|config| tokio::spawn(workers::run(config, until(stopped.clone()))));
    let service = backend::serve(
        state,
        |address| announce(address, is_first_run),
        until(stopped),
    );
    let ended = beside(service, worker, &stop).await;
    watching.abort();
    let _ = (&mut watching).await;
    ended
}

/// Runs the service beside its worker: when one ends, for whatever reason, so does the other.
async fn beside<E>(
    service: impl Future<Output = Result<(), E>>,
    worker: Option<JoinHandle<Result<(), workers::StartError>>>,
    stop: &watch::Sender<bool>,
) -> Result<()>
where
    anyhow::Error: From<E>,
{
    let Some(mut worker) = worker else {
        return Ok(service.await?);
    };
    tokio::pin!(service);
    tokio::select! {
        served = &mut service => {
            let _ = stop.send(true);
            let worked = worker.await;
            served?;
            worked.context("the worker panicked")??;
        }
        worked = &mut worker => {
            let _ = stop.send(true);
            let served = service.await;
            worked.context("the worker panicked")??;
            served?;
        }
    }
    Ok(())
}

/// The one line on stdout that says that requests are answered from now on.
fn announce(address: SocketAddr, is_first_run: bool) {
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    println!("strata is ready at http://{host}");
    if is_first_run {
        eprintln!("Open it in a browser to make the first account and workspace.");
    }
}

/// Ready once the channel says so, or its other end is gone.
async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Ctrl+C, or SIGTERM where there is one.
pub(crate) async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
