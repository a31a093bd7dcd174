//! Three-way merges.

use ids::Hash;
use version_store::{Changes, MergeOutcome, MergeRequest, MergeSide, Repository};

use crate::builder::*;

fn request(ours: Hash, theirs: Hash, prefer: Option<MergeSide>) -> MergeRequest {
    MergeRequest {
        ours,
        theirs,
        prefer,
        author: "a".into(),
        message: "m".into(),
        time_ms: 3,
    }
}

async fn merged(repository: &Repository, request: MergeRequest) -> Hash {
    match repository.merge(request).await.unwrap() {
        MergeOutcome::Merged(outcome) => outcome.commit,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_to_different_things_merge_also_within_a_sample() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    write_pictures(&repository, 500..501).await;
    let base = first_commit(&repository, 200).await;
    let mut changes = Changes::new();
    changes
        .set_label(&boxed(1, "b1", 0.0), &person("ann"))
        .unwrap();
    let base = commit(&repository, &[base], changes).await.commit;
    let mut changes = Changes::new();
    changes
        .set_label(&boxed(1, "b1", 5.0), &person("bob"))
        .unwrap();
    changes.set_label(&class(7, "cat"), &person("bob")).unwrap();
    let ours = commit(&repository, &[base], changes).await.commit;
    let mut changes = Changes::new();
    changes
        .set_label(&boxed(1, "b2", 9.0), &person("eve"))
        .unwrap();
    changes.set_label(&class(7, "cat"), &person("eve")).unwrap();
    changes.upsert_sample(&sample(500, "train")).unwrap();
    changes.upsert_sample(&sample(2, "test")).unwrap();
    changes.remove_sample(&key("00100.png"));
    let theirs = commit(&repository, &[base], changes).await.commit;
    assert_eq!(
        repository.merge_base(&ours, &theirs).await.unwrap(),
        Some(base)
    );

    let merge = merged(&repository, request(ours, theirs, None)).await;
    let version = repository.version(&merge).await.unwrap();
    assert_eq!(version.commit().parents, [ours, theirs]);
    let labels = version.labels("00001.png").await.unwrap();
    assert_eq!(
        labels,
        [class(1, "dog"), boxed(1, "b1", 5.0), boxed(1, "b2", 9.0)]
    );
    assert_eq!(
        version
            .sample("00002.png")
            .await
            .unwrap()
            .unwrap()
            .split
            .as_deref(),
        Some("test")
    );
    assert_eq!(version.sample("00100.png").await.unwrap(), None);
    assert!(version.sample("00500.png").await.unwrap().is_some());
    let makers = version.provenance("00001.png").await.unwrap();
    assert_eq!(makers[2].1, person("eve"));
    // The other way around is the same content.
    let other = merged(&repository, request(theirs, ours, None)).await;
    assert_eq!(
        repository.version(&other).await.unwrap().tree_hash(),
        version.tree_hash()
    );
    assert_eq!(
        repository
            .merge(request(merge, theirs, None))
            .await
            .unwrap(),
        MergeOutcome::UpToDate
    );
    let forward = repository.merge(request(ours, merge, None)).await.unwrap();
    assert_eq!(forward, MergeOutcome::FastForward(merge));
    assert!(repository.is_ancestor(&theirs, &merge).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_changed_and_differ_is_a_conflict_that_a_preference_settles() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let base = first_commit(&repository, 50).await;
    let mut changes = Changes::new();
    changes
        .set_label(&class(1, "bird"), &person("bob"))
        .unwrap();
    changes.upsert_sample(&sample(2, "val")).unwrap();
    changes.remove_sample(&key("00003.png"));
    let ours = commit(&repository, &[base], changes).await.commit;
    let mut changes = Changes::new();
    changes
        .set_label(&class(1, "fish"), &person("eve"))
        .unwrap();
    changes.upsert_sample(&sample(2, "test")).unwrap();
    changes.set_label(&class(3, "cat"), &person("eve")).unwrap();
    let theirs = commit(&repository, &[base], changes).await.commit;

    let MergeOutcome::Conflicts(conflicts) =
        repository.merge(request(ours, theirs, None)).await.unwrap()
    else {
        panic!("no conflicts");
    };
    let parts: Vec<_> = conflicts
        .iter()
        .map(|conflict| (conflict.key.as_str(), conflict.part.as_str()))
        .collect();
    let labelled = "labelled by them, deleted by us";
    assert_eq!(
        parts,
        [
            ("00001.png", "class"),
            ("00002.png", "split"),
            ("00003.png", labelled)
        ]
    );

    for (prefer, side) in [(MergeSide::Ours, ours), (MergeSide::Theirs, theirs)] {
        let merge = merged(&repository, request(ours, theirs, Some(prefer))).await;
        assert_eq!(
            content(&repository, &merge).await,
            content(&repository, &side).await,
            "{prefer:?}"
        );
    }
}
