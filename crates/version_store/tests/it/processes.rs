//! Several processes on one store, and processes that are killed (`kill -9`) at random moments.
//!
//! The children are this test program, started again with the name of the one test that is theirs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use blob_store::StoreAccess;
use ids::Hash;
use testkit::S3Server;
use version_store::{
    Changes, CommitRequest, Error, GcRequest, Lineage, MergeOutcome, MergeRequest, MergeSide,
    RefKind, RefMove, Repository, Result, Store, StoreOptions,
};

use crate::builder::*;
use crate::world::Draw;

/// What a child is to do: `race` or `work`, a number of its own, and the store.
const TASK: &str = "STRATA_TEST_CHILD";
const ENDPOINT: &str = "STRATA_TEST_ENDPOINT";
const PROCESSES: u32 = 16;

fn options(endpoint: Option<String>) -> StoreOptions {
    let is_s3 = endpoint.is_some();
    StoreOptions {
        access: StoreAccess {
            endpoint,
            access_key_id: is_s3.then(|| "test-access-key".to_owned()),
            secret_access_key: is_s3.then(|| "test-secret-key".to_owned()),
            allow_http: true,
            ..StoreAccess::default()
        },
        ..StoreOptions::default()
    }
}

fn spawn(task: &str, number: u32, url: &str, endpoint: Option<&str>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "processes::as_a_child", "--nocapture"])
        .env(TASK, format!("{task} {number} {url}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    if let Some(endpoint) = endpoint {
        command.env(ENDPOINT, endpoint);
    }
    command.spawn().unwrap()
}

/// Does nothing but for a child.
#[tokio::test(flavor = "multi_thread")]
async fn as_a_child() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let words: Vec<&str> = task.splitn(3, ' ').collect();
    let options = options(std::env::var(ENDPOINT).ok());
    let store = Store::open(words[2], &options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let number: u32 = words[1].parse().unwrap();
    match words[0] {
        "race" => loop {
            match relabel(&repository, "main", number % PROCESSES, "bird", number).await {
                Ok(_) => break,
                Err(Error::RefMoved { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        },
        _ => {
            for round in 0.. {
                work(&repository, number * 1000 + round).await.unwrap();
            }
        }
    }
}

async fn move_to(repository: &Repository, name: &str, old: Option<Hash>, new: Hash) -> Result<()> {
    let request = RefMove {
        kind: RefKind::Branch,
        name,
        old,
        new: Some(new),
        by: "child",
        cause: "test",
        time_ms: 7,
    };
    repository.compare_and_swap_ref(&request).await?;
    // Whoever reads this line holds us to it.
    println!("\nacknowledged {name} {new}");
    Ok(())
}

async fn commit_on(
    repository: &Repository,
    branch: &str,
    changes: Changes,
    author: u32,
) -> Result<Hash> {
    let head = repository.read_ref(RefKind::Branch, branch).await?;
    let request = CommitRequest {
        parents: head.into_iter().collect(),
        changes,
        author: format!("p{author}"),
        message: "child".into(),
        time_ms: i64::from(author),
        lineage: Lineage::default(),
    };
    let outcome = repository.commit(request).await?;
    if outcome.changed {
        move_to(repository, branch, head, outcome.commit).await?;
    }
    Ok(outcome.commit)
}

async fn relabel(
    repository: &Repository,
    branch: &str,
    sample: u32,
    name: &str,
    author: u32,
) -> Result<Hash> {
    let mut changes = Changes::new();
    changes
        .set_label(&class(sample, name), &person(&format!("p{author}")))
        .unwrap();
    commit_on(repository, branch, changes, author).await
}

/// An import, two commits, a merge and a collection.
async fn work(repository: &Repository, round: u32) -> Result<()> {
    let numbers = 1000 + round % 50 * 4..1004 + round % 50 * 4;
    let mut blobs = repository.write_blobs().await?;
    let mut changes = Changes::new();
    for number in numbers {
        blobs.put(picture(number)).await?;
        changes.upsert_sample(&sample(number, "train")).unwrap();
    }
    blobs.finish().await?;
    commit_on(repository, "main", changes, round).await?;
    let class_name = ["cat", "dog", "bird"][round as usize % 3];
    relabel(repository, "try", round % 8, class_name, round).await?;
    relabel(repository, "main", 8 + round % 8, class_name, round).await?;
    let head = |name: &'static str| repository.read_ref(RefKind::Branch, name);
    let (ours, theirs) = (head("main").await?.unwrap(), head("try").await?.unwrap());
    let request = MergeRequest {
        ours,
        theirs,
        settle: MergeSide::Theirs.into(),
        author: "m".into(),
        message: "m".into(),
        time_ms: i64::from(round),
    };
    match repository.merge(request).await? {
        MergeOutcome::Merged(outcome) => {
            move_to(repository, "main", Some(ours), outcome.commit).await?;
        }
        MergeOutcome::FastForward(to) => move_to(repository, "main", Some(ours), to).await?,
        _ => {}
    }
    // Nobody else writes here.
    let request = GcRequest {
        now_ms: 4_000_000_000_000 + i64::from(round),
        grace_ms: 0,
        ..GcRequest::default()
    };
    repository.store().gc(&request).await.map(|_| ())
}

async fn begin(url: &str, options: &StoreOptions) -> Repository {
    let store = Store::init(url, options).await.unwrap();
    let repository = store.repository("pets").unwrap();
    let first = first_commit(&repository, PROCESSES + 1).await;
    move_branch(&repository, "try", None, Some(first)).await;
    repository
}

async fn assert_sound(url: &str, options: &StoreOptions) -> Repository {
    let store = Store::open(url, options).await.unwrap();
    let report = store.fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, []);
    store.repository("pets").unwrap()
}

/// Kills a working child at so many random moments; all that it told must be there.
async fn kill(url: &str, endpoint: Option<&str>, kills: u32) {
    let options = options(endpoint.map(str::to_owned));
    begin(url, &options).await;
    let mut draw = Draw::new(u64::from(kills));
    let mut told = 0;
    for number in 0..kills {
        let mut child = spawn("work", number, url, endpoint);
        let stdout = child.stdout.take().unwrap();
        let (tell, hear) = std::sync::mpsc::channel();
        let reading = std::thread::spawn(move || {
            for line in BufReader::new(stdout)
                .lines()
                .map_while(std::result::Result::ok)
            {
                let _ = tell.send(line);
            }
        });
        // At a random moment, most of them while it works; a machine may be slow to start it.
        let mut lines = Vec::new();
        while number % 4 > 0 && !lines.iter().any(|line: &String| line.starts_with("ack")) {
            lines.extend(hear.recv_timeout(Duration::from_secs(60)));
        }
        std::thread::sleep(Duration::from_millis(draw.below(300) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        reading.join().unwrap();
        lines.extend(hear.try_iter());
        let repository = assert_sound(url, &options).await;
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let ["acknowledged", branch, commit] = words[..] else {
                continue;
            };
            // The last line may be torn, as its writer was.
            let Ok(commit) = commit.parse::<Hash>() else {
                continue;
            };
            let head = repository.resolve(branch).await.unwrap();
            let base = repository.merge_base(&head, &commit).await.unwrap();
            assert_eq!(base, Some(commit), "{branch} lost it");
            told += 1;
        }
    }
    let repository = assert_sound(url, &options).await;
    work(&repository, 999_999).await.unwrap();
    assert_sound(url, &options).await;
    println!("{told} moves told over {kills} kills");
    assert!(told > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_processes_lose_nothing_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    kill(&folder.path().join("store").display().to_string(), None, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_processes_lose_nothing_on_s3() {
    let server = S3Server::start().await;
    kill(&server.url("killed"), Some(&server.endpoint), 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_sixteen_processes_is_lost_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("store").display().to_string();
    let options = options(None);
    let begun = begin(&url, &options).await.resolve("main").await.unwrap();
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| spawn("race", number, &url, None))
        .collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let repository = assert_sound(&url, &options).await;
    let head = repository.resolve("main").await.unwrap();
    let log = repository.log(&head, 100).await.unwrap();
    let since = log.iter().take_while(|(hash, _)| *hash != begun);
    let mut authors: Vec<_> = since.map(|(_, commit)| commit.author.clone()).collect();
    authors.sort();
    authors.dedup();
    assert_eq!(authors.len(), PROCESSES as usize, "{authors:?}");
}
