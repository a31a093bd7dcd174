//! Refs, resolving, log, diff, blame, revert.

use version_store::{
    Changes, DiffKind, Error, MergeOutcome, RefKind, RefMove, RevertRequest, Settle,
};

use crate::builder::*;

#[tokio::test(flavor = "multi_thread")]
async fn refs_move_by_compare_and_swap_and_keep_a_log() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let first = first_commit(&repository, 3).await;
    let mut changes = Changes::new();
    changes.remove_sample(&key("00000.png"));
    let second = commit(&repository, &[first], changes).await.commit;
    move_branch(&repository, "main", Some(first), Some(second)).await;
    let late = RefMove {
        kind: RefKind::Branch,
        name: "main",
        old: Some(first),
        new: Some(first),
        by: "b",
        cause: "c",
        time_ms: 1,
    };
    let error = repository.compare_and_swap_ref(&late).await.unwrap_err();
    assert!(
        matches!(error, Error::RefMoved { found: Some(found), .. } if found == second),
        "{error}"
    );
    move_branch(&repository, "feature/a", None, Some(first)).await;
    move_branch(&repository, "feature/a", Some(first), None).await;
    let refs = repository.refs().await.unwrap();
    assert_eq!(
        refs.iter()
            .map(|found| found.name.as_str())
            .collect::<Vec<_>>(),
        ["main"]
    );
    let log = repository
        .ref_log(RefKind::Branch, "main", 10)
        .await
        .unwrap();
    assert_eq!(
        log.iter().map(|entry| entry.new).collect::<Vec<_>>(),
        [Some(second), Some(first)]
    );
    assert_eq!(repository.store().datasets().await.unwrap(), ["pets"]);

    for (text, expected) in [
        ("main", second),
        ("main~", first),
        ("main~1", first),
        (&second.short(), second),
    ] {
        assert_eq!(repository.resolve(text).await.unwrap(), expected, "{text}");
    }
    for unknown in ["none", "main~2", "main~x", "../x", "", &"0".repeat(64)] {
        assert!(
            matches!(
                repository.resolve(unknown).await,
                Err(Error::UnknownRef { .. })
            ),
            "{unknown}"
        );
    }
    let log = repository.log(&second, 10).await.unwrap();
    assert_eq!(
        log.iter().map(|(hash, _)| *hash).collect::<Vec<_>>(),
        [second, first]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diff_says_what_happened_in_key_order() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    write_pictures(&repository, 900..901).await;
    let first = first_commit(&repository, 300).await;
    let mut changes = Changes::new();
    changes
        .set_label(&class(10, "dog"), &person("bob"))
        .unwrap();
    changes
        .set_label(&boxed(10, "b1", 0.0), &person("bob"))
        .unwrap();
    changes.upsert_sample(&sample(20, "test")).unwrap();
    changes.remove_sample(&key("00030.png"));
    changes.upsert_sample(&sample(900, "train")).unwrap();
    let second = commit(&repository, &[first], changes).await.commit;
    let mut changes = Changes::new();
    changes
        .set_label(&boxed(10, "b1", 5.0), &person("bob"))
        .unwrap();
    let third = commit(&repository, &[second], changes).await.commit;

    let mut diff = repository.diff(&first, &second).await.unwrap();
    let mut events = Vec::new();
    while let Some(event) = diff.next().await.unwrap() {
        events.push((event.kind, event.key));
    }
    let expected = [
        (DiffKind::ClassChanged, "00010.png"),
        (DiffKind::LabelAdded, "00010.png"),
        (DiffKind::SplitMoved, "00020.png"),
        (DiffKind::SampleRemoved, "00030.png"),
        (DiffKind::LabelRemoved, "00030.png"),
        (DiffKind::SampleAdded, "00900.png"),
    ];
    assert_eq!(events, expected.map(|(kind, key)| (kind, key.to_owned())));
    let (page, more) = repository
        .diff(&first, &second)
        .await
        .unwrap()
        .page(1)
        .await
        .unwrap();
    assert_eq!((page.len(), more), (2, true));
    let (page, more) = repository
        .diff_after(&first, &second, "00010.png")
        .await
        .unwrap()
        .page(10)
        .await
        .unwrap();
    assert_eq!(
        (page.len(), more, page[0].kind),
        (4, false, DiffKind::SplitMoved)
    );
    let (page, _) = repository
        .diff(&second, &third)
        .await
        .unwrap()
        .page(10)
        .await
        .unwrap();
    assert_eq!(page[0].kind, DiffKind::GeometryChanged);
    assert!((page[0].iou.unwrap() - 1.0 / 3.0).abs() < 1e-9);
    let stat = repository.diff_stat(&second, &first).await.unwrap();
    assert_eq!(
        (
            stat.samples_added,
            stat.labels_removed,
            stat.samples_changed
        ),
        (1, 1, 1)
    );

    let blame = repository.blame(&third, "00010.png").await.unwrap();
    let found: Vec<_> = blame
        .iter()
        .map(|blame| (blame.label.item.id.as_str(), blame.commit))
        .collect();
    assert_eq!(found, [("class", second), ("b1", third)]);
    let request = RevertRequest {
        onto: third,
        settle: Settle::default(),
        author: "a".into(),
        message: "r".into(),
        time_ms: 9,
    };
    let conflicts = repository.revert(&second, request.clone()).await.unwrap();
    assert!(
        matches!(&conflicts, MergeOutcome::Conflicts(found) if found.len() == 1),
        "{conflicts:?}"
    );
    let MergeOutcome::Merged(reverted) = repository.revert(&third, request).await.unwrap() else {
        panic!()
    };
    assert_eq!(
        reverted.tree,
        repository.version(&second).await.unwrap().tree_hash()
    );
}
