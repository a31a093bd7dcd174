//! The one binary: serve, worker, and the data engineer's commands.
//!
//! Exits with 0, with 1 when a command failed (the reason is on stderr), with 2 on wrong usage.

mod commands;
mod configuration;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use commands as c;
use configuration::Environment;

/// Rows are made by some threads and dropped by others, which costs the system's allocator most of a scan.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Label data, version it, and stream it to trainers.
#[derive(Parser, Debug)]
#[command(name = "strata", version, propagate_version = true)]
struct Arguments {
    /// Print JSON for other programs
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the service
    Serve(c::serve::ServeArguments),
    /// Run a worker process
    Worker(c::worker::WorkerArguments),
    /// Make an empty store
    Init(c::init::InitArguments),
    /// Read samples and labels and commit them
    Import(c::import::ImportArguments),
    /// Write a version in another format
    Export(c::export::ExportArguments),
    /// List commits, newest first
    Log(c::log::LogArguments),
    /// Show a commit, or one sample of it
    Show(c::show::ShowArguments),
    /// List, make or delete branches
    Branch(c::branch::BranchArguments),
    /// List, make or delete tags
    Tag(c::tag::TagArguments),
    /// Show what differs between two versions
    Diff(c::diff::DiffArguments),
    /// Show or change the rules that protect branches
    Protect(c::protect::ProtectArguments),
    /// Show or set the rule by which samples come to a split
    Split(c::split::SplitArguments),
    /// Ask gates about a commit, or show what they said
    #[command(subcommand)]
    Gate(c::gate::GateCommand),
    /// Merge another branch into a branch
    Merge(c::merge::MergeArguments),
    /// Undo a commit with a new commit
    Revert(c::revert::RevertArguments),
    /// Give a folder of samples another name
    Mv(c::mv::MvArguments),
    /// Say where the labels of a sample come from
    Blame(c::blame::BlameArguments),
    /// Write a version out as files
    Checkout(c::checkout::CheckoutArguments),
    /// Check every byte of the store
    Fsck(c::fsck::FsckArguments),
    /// Take samples out of all versions for good
    Erase(c::erase::EraseArguments),
    /// Delete what no ref leads to
    Gc(c::gc::GcArguments),
    /// Make Parquet files of a version, in its store
    #[command(subcommand)]
    View(c::view::ViewCommand),
    /// Count what a version holds
    Stats(c::stats::StatsArguments),
    /// Read, check and compare standards, without a server
    #[command(subcommand)]
    Standard(c::standard::StandardCommand),
    /// Count the tokens of a text
    Tokens(c::tokens::TokensArguments),
    /// Measure how fast a version streams
    #[command(subcommand)]
    Bench(c::bench::BenchCommand),
    /// Print the OpenAPI document of the service
    Openapi,
}

/// `strata log | head` ends when `head` does: a reader that left is no failure of ours. That there is no room
/// for what is printed is one. `println!` knows no other way to say so than a panic.
fn end_quietly_when_nothing_can_be_printed() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload_as_str().unwrap_or_default();
        if text.starts_with("failed printing to stdout") {
            if text.contains("Broken pipe") {
                std::process::exit(0);
            }
            let _ = writeln!(std::io::stderr(), "strata: {text}");
            std::process::exit(1);
        }
        default(info);
    }));
}

fn main() -> ExitCode {
    end_quietly_when_nothing_can_be_printed();
    let arguments = Arguments::parse();
    let json = arguments.json;
    match start(arguments) {
        Ok(code) => code,
        Err(error) => {
            c::print::failure(&error, json);
            ExitCode::FAILURE
        }
    }
}

/// What a service logs when `RUST_LOG` says nothing: its own doings, not its libraries' start-up.
const SERVICE_LOG: &str = "info,actix_server=warn,sea_orm_migration=warn";

fn start(arguments: Arguments) -> Result<ExitCode> {
    let environment = Environment::read()?;
    let is_service = matches!(arguments.command, Command::Serve(_) | Command::Worker(_));
    let filter =
        environment
            .log
            .as_deref()
            .unwrap_or(if is_service { SERVICE_LOG } else { "warn" });
    // Services may set up logging of their own first; then this one stays away.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(Box::pin(run(arguments, environment)))
}

async fn run(arguments: Arguments, environment: Environment) -> Result<ExitCode> {
    let (json, env) = (arguments.json, &environment);
    match &arguments.command {
        Command::Serve(arguments) => c::serve::run(arguments, env).await?,
        Command::Worker(arguments) => c::worker::run(arguments, env).await?,
        Command::Init(arguments) => c::init::run(arguments, env, json).await?,
        Command::Import(arguments) => c::import::run(arguments, env, json).await?,
        Command::Export(arguments) => c::export::run(arguments, env, json).await?,
        Command::Log(arguments) => c::log::run(arguments, env, json).await?,
        Command::Show(arguments) => c::show::run(arguments, env, json).await?,
        Command::Branch(arguments) => c::branch::run(arguments, env, json).await?,
        Command::Tag(arguments) => c::tag::run(arguments, env, json).await?,
        Command::Diff(arguments) => c::diff::run(arguments, env, json).await?,
        Command::Protect(arguments) => c::protect::run(arguments, env, json).await?,
        Command::Split(arguments) => c::split::run(arguments, env, json).await?,
        Command::Gate(command) => return c::gate::run(command, env, json).await,
        Command::Merge(arguments) => return c::merge::run(arguments, env, json).await,
        Command::Revert(arguments) => return c::revert::run(arguments, env, json).await,
        Command::Mv(arguments) => c::mv::run(arguments, env, json).await?,
        Command::Blame(arguments) => c::blame::run(arguments, env, json).await?,
        Command::Checkout(arguments) => c::checkout::run(arguments, env, json).await?,
        Command::Fsck(arguments) => return c::fsck::run(arguments, env, json).await,
        Command::Erase(arguments) => c::erase::run(arguments, env, json).await?,
        Command::Gc(arguments) => c::gc::run(arguments, env, json).await?,
        Command::View(command) => c::view::run(command, env, json).await?,
        Command::Stats(arguments) => c::stats::run(arguments, env, json).await?,
        Command::Standard(command) => c::standard::run(command, json)?,
        Command::Tokens(arguments) => c::tokens::run(arguments, json)?,
        Command::Bench(command) => c::bench::run(command.clone(), env, json).await?,
        Command::Openapi => c::openapi::run(),
    }
    Ok(ExitCode::SUCCESS)
}
