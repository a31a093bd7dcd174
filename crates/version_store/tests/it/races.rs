//! Sixteen writers on one branch, each with a handle of its own: every commit lands or is refused, none is lost.

use blob_store::ObjectRoot;
use testkit::{FaultPlan, FaultyStore, S3Server};
use version_store::{
    Changes, CommitRequest, Error, Lineage, RefKind, RefMove, Repository, Result, Store,
    StoreOptions,
};

use crate::builder::*;

const WRITERS: u32 = 16;
/// A writer gives up after so many tries that failed, not counting those that lost a race.
const TRIES: usize = 40;

async fn open(root: ObjectRoot) -> Repository {
    let store = Store::init_root(root, &StoreOptions::default()).await;
    store.unwrap().repository("pets").unwrap()
}

/// Commits on whatever the head is and moves the branch there, again until it is told that it did.
async fn write(repository: Repository, number: u32) -> bool {
    let mut tries = 0;
    while tries < TRIES {
        match attempt(&repository, number).await {
            Ok(()) => return true,
            Err(Error::RefMoved { .. }) => {}
            Err(_) => tries += 1,
        }
    }
    false
}

async fn attempt(repository: &Repository, number: u32) -> Result<()> {
    let head = repository.read_ref(RefKind::Branch, "main").await?;
    let head = head.expect("the branch is never deleted");
    let mut changes = Changes::new();
    changes
        .set_label(&class(number, "bird"), &person(&format!("p{number}")))
        .unwrap();
    let request = CommitRequest {
        parents: vec![head],
        changes,
        author: format!("p{number}"),
        message: "race".into(),
        time_ms: i64::from(number),
        lineage: Lineage::default(),
    };
    let new = repository.commit(request).await?;
    if !new.changed {
        // An earlier try landed although an error was its answer.
        return Ok(());
    }
    let request = RefMove {
        kind: RefKind::Branch,
        name: "main",
        old: Some(head),
        new: Some(new.commit),
        by: "p",
        cause: "commit",
        time_ms: i64::from(number),
    };
    repository.compare_and_swap_ref(&request).await
}

/// Every commit told to have landed is in the history once, each moved the ref once, and the log has each move.
async fn race(roots: impl Fn() -> ObjectRoot) {
    let repository = open(roots()).await;
    first_commit(&repository, WRITERS + 1).await;
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let repository = open(roots()).await;
        writers.push(tokio::spawn(write(repository, number)));
    }
    let mut landed = Vec::new();
    for (number, writer) in (0..WRITERS).zip(writers) {
        assert!(writer.await.unwrap(), "writer {number} did not land");
        landed.push(format!("p{number}"));
    }
    let repository = open(roots()).await;
    let head = repository.resolve("main").await.unwrap();
    let log = repository.log(&head, 100).await.unwrap();
    let mut authors: Vec<String> = log
        .iter()
        .map(|(_, commit)| commit.author.clone())
        .filter(|author| author.starts_with('p'))
        .collect();
    authors.sort_by_key(|author| author[1..].parse::<u32>().unwrap());
    assert_eq!(authors, landed);
    let moves = repository.ref_log(RefKind::Branch, "main", 100).await;
    assert_eq!(moves.unwrap().len(), WRITERS as usize + 1);
    for number in 0..WRITERS {
        let version = repository.version(&head).await.unwrap();
        let labels = version.labels(&format!("{number:05}.png")).await.unwrap();
        assert_eq!(labels, [class(number, "bird")]);
    }
    let report = repository.store().fsck(false, |_, _| {}).await.unwrap();
    assert_eq!(report.problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_sixteen_is_lost_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().display().to_string();
    race(|| ObjectRoot::open(&url, &Default::default()).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_sixteen_is_lost_on_s3() {
    let server = S3Server::start().await;
    let access = blob_store::StoreAccess {
        endpoint: Some(server.endpoint.clone()),
        access_key_id: Some(server.access_key_id.clone()),
        secret_access_key: Some(server.secret_access_key.clone()),
        allow_http: true,
        ..Default::default()
    };
    race(|| ObjectRoot::open(&server.url("race"), &access).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_sixteen_is_lost_while_the_store_fails() {
    for seed in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let faulty = FaultyStore::over_folder(folder.path());
        let first = open(faulty.root()).await;
        first_commit(&first, WRITERS + 1).await;
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let repository = open(faulty.root()).await;
            writers.push((number, repository));
        }
        let per_mille = 40;
        faulty.plan(FaultPlan::Random { seed, per_mille });
        let running: Vec<_> = writers
            .into_iter()
            .map(|(number, repository)| (number, tokio::spawn(write(repository, number))))
            .collect();
        let mut landed = Vec::new();
        for (number, writer) in running {
            if writer.await.unwrap() {
                landed.push(number);
            }
        }
        assert!(faulty.plan(FaultPlan::Sound) > 0);
        faulty.quiet().await;
        let repository = open(faulty.root()).await;
        let head = repository.resolve("main").await.unwrap();
        let version = repository.version(&head).await.unwrap();
        for number in landed {
            let labels = version.labels(&format!("{number:05}.png")).await.unwrap();
            assert_eq!(labels, [class(number, "bird")], "seed {seed}");
        }
        let report = repository.store().fsck(false, |_, _| {}).await.unwrap();
        assert_eq!(report.problems, [], "seed {seed}");
    }
}
