//! One PostgreSQL server for the whole test run, shared by every test process of this user.
//!
//! A test process holds a shared lock on `users.lock` for its life; the kernel drops the lock however the
//! process ends. A guardian (a small shell script in its own session) owns the server, waits until it can
//! take the lock for itself, stops the server and removes its folder. So the server is started once, is
//! found by later processes, and never outlives the run by more than a few seconds.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use sea_orm::{ConnectionTrait, Database};

const GUARDIAN: &str = include_str!("postgres/guardian.sh");

/// How long a starting server may take, in tries of 50 ms.
const READY_TRIES: u32 = 600;

/// Numbers the databases of this process.
static NEXT_DATABASE: AtomicU64 = AtomicU64::new(0);

/// The server as this process sees it: the held lock, and its port on 127.0.0.1.
struct Server {
    port: u16,
    _user_lock: File,
}

/// The URL of a fresh, empty database (UTF-8, C.UTF-8) on the shared PostgreSQL server.
///
/// # Panics
/// When no PostgreSQL can be found or started: a database test that cannot run must fail, not pass.
pub async fn postgres_url() -> String {
    let port = tokio::task::spawn_blocking(server_port)
        .await
        .expect("starting PostgreSQL does not panic")
        .expect("PostgreSQL starts (Debian: apt-get install postgresql)");
    create_database(port)
        .await
        .expect("PostgreSQL makes a database")
}

async fn create_database(port: u16) -> Result<String> {
    let base = format!("postgres://postgres@127.0.0.1:{port}");
    let admin = Database::connect(format!("{base}/postgres")).await?;
    let process = std::process::id();
    // The server outlives this process, and process numbers come round: skip names that are taken.
    for _ in 0..1000 {
        let number = NEXT_DATABASE.fetch_add(1, Ordering::Relaxed);
        let name = format!("strata_{process}_{number}");
        match admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
        {
            Ok(_) => {
                admin.close().await?;
                return Ok(format!("{base}/{name}"));
            }
            Err(error) if error.to_string().contains("already exists") => {}
            Err(error) => return Err(error).context("CREATE DATABASE"),
        }
    }
    bail!("every database name of this process is taken");
}

/// The port of the shared server, started now if there is none. Blocks; call once per process is enough.
fn server_port() -> Result<u16> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static STARTING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = SERVER.get() {
        return Ok(server.port);
    }
    let server = join_or_start()?;
    Ok(SERVER.get_or_init(|| server).port)
}

fn join_or_start() -> Result<Server> {
    let home = shared_folder()?;
    let user_lock = File::create(home.join("users.lock"))?;
    user_lock.lock_shared()?;
    let start_lock = File::create(home.join("start.lock"))?;
    start_lock.lock()?;
    let port_file = home.join("port");
    if let Ok(text) = fs::read_to_string(&port_file) {
        let port = text.trim().parse().context("the port file holds a port")?;
        if accepts_connections(port) {
            return Ok(Server {
                port,
                _user_lock: user_lock,
            });
        }
    }
    let port = start(&home)?;
    fs::write(&port_file, port.to_string())?;
    Ok(Server {
        port,
        _user_lock: user_lock,
    })
}

/// `/tmp/strata-postgres-<uid>`: the same for every test process of this user, on every checkout.
fn shared_folder() -> Result<PathBuf> {
    let home = std::env::temp_dir().join(format!("strata-postgres-{}", id("-u", None)?));
    fs::create_dir_all(&home).with_context(|| format!("make {}", home.display()))?;
    Ok(home)
}

fn start(home: &Path) -> Result<u16> {
    let binaries = binaries()?;
    let port = free_port()?;
    let data = home.join(format!("data-{port}"));
    let account = account()?;
    make_data_folder(&data, account.as_deref())?;
    let mut initdb = as_account(account.as_deref(), &binaries.join("initdb"))?;
    let made = initdb
        .args(["--no-sync", "--auth=trust", "--username=postgres"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
        .arg(&data)
        .current_dir("/")
        .output()?;
    ensure!(
        made.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let mut postgres = as_account(account.as_deref(), &binaries.join("postgres"))?;
    postgres
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string()]);
    guard(home, &data, &postgres)?;
    for _ in 0..READY_TRIES {
        if accepts_connections(port) {
            return Ok(port);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(home.join("log")).unwrap_or_default();
    bail!("PostgreSQL did not answer on port {port}: {log}");
}

/// Starts the guardian, which runs `postgres` and outlives this process.
fn guard(home: &Path, data: &Path, postgres: &Command) -> Result<()> {
    let log = File::create(home.join("log"))?;
    let mut guardian = Command::new("setsid");
    guardian
        .args(["sh", "-c", GUARDIAN, "strata-postgres-guardian"])
        .arg(home)
        .arg(data)
        .arg(postgres.get_program())
        .args(postgres.get_args())
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    guardian
        .spawn()
        .context("start the guardian with setsid and sh")?;
    Ok(())
}

fn make_data_folder(data: &Path, account: Option<&str>) -> Result<()> {
    let mut install = Command::new("install");
    install.args(["-d", "-m", "700"]);
    if let Some(account) = account {
        install.args(["-o", account, "-g", &id("-g", Some(account))?]);
    }
    ensure!(
        install.arg(data).status()?.success(),
        "make {}",
        data.display()
    );
    Ok(())
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`.
fn account() -> Result<Option<String>> {
    if id("-u", None)? != "0" {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find(|name| id("-u", Some(name)).is_ok())
        .map(|name| Some(name.to_owned()))
        .context("neither a postgres nor a nobody account to run PostgreSQL as")
}

fn as_account(account: Option<&str>, program: &Path) -> Result<Command> {
    let mut command = Command::new("setpriv");
    if let Some(account) = account {
        command.arg(format!("--reuid={}", id("-u", Some(account))?));
        command.arg(format!("--regid={}", id("-g", Some(account))?));
        command.arg("--clear-groups");
    }
    // Should the guardian be killed, its server goes with it.
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    Ok(command)
}

fn id(flag: &str, account: Option<&str>) -> Result<String> {
    let output = Command::new("id").arg(flag).args(account).output()?;
    ensure!(output.status.success(), "id {flag} {account:?} failed");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The newest of Debian's `/usr/lib/postgresql/<version>/bin`.
fn binaries() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .context("no PostgreSQL in /usr/lib/postgresql")?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            let bin = path.join("bin");
            bin.join("initdb").exists().then_some((version, bin))
        })
        .collect();
    versions.sort();
    let newest = versions.pop().context("no initdb in /usr/lib/postgresql")?;
    Ok(newest.1)
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

fn accepts_connections(port: u16) -> bool {
    let ready = binaries().map(|bin| bin.join("pg_isready"));
    let Ok(ready) = ready else { return false };
    Command::new(ready)
        .args([
            "-q",
            "-U",
            "postgres",
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ])
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database, Statement};

    #[tokio::test]
    async fn each_call_gives_an_empty_database_of_its_own() {
        let (one, two) = (super::postgres_url().await, super::postgres_url().await);
        assert_ne!(one, two);
        let connection = Database::connect(&one).await.unwrap();
        connection
            .execute_unprepared("CREATE TABLE t (x int)")
            .await
            .unwrap();
        let other = Database::connect(&two).await.unwrap();
        let query = "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'";
        let statement = Statement::from_string(other.get_database_backend(), query);
        let row = other.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0);
    }
}
