//! Three-way merges.

use ids::Hash;
use version_store::{
    Changes, Error, MergeOutcome, MergePolicy, MergeRequest, MergeSide, MergeStep, Repository,
    Resolution, Settle, Take,
};

use crate::builder::*;

fn request(ours: Hash, theirs: Hash, prefer: Option<MergeSide>) -> MergeRequest {
    MergeRequest {
        ours,
        theirs,
        settle: prefer.map(Settle::from).unwrap_or_default(),
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
    assert_eq!(
        parts,
        [
            ("00001.png", "class"),
            ("00002.png", "split"),
            ("00003.png", "sample")
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

fn resolve(key: &str, label: Option<(&str, &str)>, part: &str, take: Take) -> Resolution {
    Resolution {
        key: key.to_owned(),
        layer: label.map(|(layer, _)| layer.to_owned()),
        item_id: label.map(|(_, item)| item.to_owned()),
        part: part.to_owned(),
        take,
        value: None,
    }
}

fn settled(resolutions: Vec<Resolution>) -> Settle {
    Settle {
        policies: vec![],
        resolutions,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_conflict_is_settled_by_its_resolution_which_the_commit_keeps() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let base = first_commit(&repository, 50).await;
    let side = async |name: &str, split: &str, deletes: &str, labels: u32| {
        let mut changes = Changes::new();
        for number in [1, 4, 5] {
            let row = class(number, name);
            changes.set_label(&row, &person(name)).unwrap();
        }
        changes.upsert_sample(&sample(2, split)).unwrap();
        changes.remove_sample(&key(deletes));
        let row = class(labels, name);
        changes.set_label(&row, &person(name)).unwrap();
        commit(&repository, &[base], changes).await.commit
    };
    let ours = side("bird", "val", "00003.png", 6).await;
    let theirs = side("fish", "test", "00006.png", 3).await;
    let plan = repository
        .plan_merge(&ours, &theirs, &Settle::default())
        .await
        .unwrap();
    assert_eq!((plan.step, plan.base), (MergeStep::Join, base));
    assert_eq!(plan.conflicts().len(), 6, "{:?}", plan.conflicts());

    let first = class(1, "x").key();
    let label = Some((first.layer.as_str(), first.item.as_str()));
    let mut given = resolve("00005.png", label, "class", Take::Value);
    given.value = Some("\"lion\"".to_owned());
    let resolutions = vec![
        resolve("00001.png", label, "class", Take::Theirs),
        resolve("00002.png", None, "split", Take::Base),
        resolve("00003.png", None, "sample", Take::Theirs),
        resolve("00004.png", label, "class", Take::Base),
        given,
        resolve("00006.png", None, "sample", Take::Base),
    ];
    let mut some = request(ours, theirs, None);
    some.settle = settled(resolutions[..5].to_vec());
    let MergeOutcome::Conflicts(left) = repository.merge(some).await.unwrap() else {
        panic!("nothing is left open");
    };
    assert_eq!((left.len(), left[0].key.as_str()), (1, "00006.png"));
    let mut all = request(ours, theirs, None);
    all.settle = settled(resolutions.clone());
    let merge = merged(&repository, all).await;
    let kept = repository.store().commit(&merge).await.unwrap().resolutions;
    assert_eq!(kept, resolutions);

    let version = repository.version(&merge).await.unwrap();
    let before = repository.version(&base).await.unwrap();
    let class_of = async |key: &str| version.labels(key).await.unwrap()[0].item.class.clone();
    assert_eq!(class_of("00001.png").await, "fish");
    assert_eq!(class_of("00003.png").await, "fish");
    assert_eq!(class_of("00005.png").await, "lion");
    for key in ["00002.png", "00004.png", "00006.png"] {
        let labels = before.labels(key).await.unwrap();
        assert_eq!(version.labels(key).await.unwrap(), labels, "{key}");
        let sample = before.sample(key).await.unwrap();
        assert_eq!(version.sample(key).await.unwrap(), sample, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resolutions_that_fit_no_conflict_are_refused() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let base = first_commit(&repository, 10).await;
    let side = async |name: &str| {
        let mut changes = Changes::new();
        changes.set_label(&class(1, name), &person(name)).unwrap();
        commit(&repository, &[base], changes).await.commit
    };
    let (ours, theirs) = (side("bird").await, side("fish").await);
    let first = class(1, "x").key();
    let label = Some((first.layer.as_str(), first.item.as_str()));
    let right = resolve("00001.png", label, "class", Take::Ours);
    let mut no_text = resolve("00001.png", label, "class", Take::Value);
    no_text.value = Some("7".to_owned());
    let nothing = resolve("00001.png", label, "class", Take::Value);
    let mut needless = right.clone();
    needless.value = Some("7".to_owned());
    let unknown = resolve("00002.png", label, "class", Take::Ours);
    for wrong in [
        vec![no_text],
        vec![nothing],
        vec![needless],
        vec![right.clone(), unknown],
        vec![right.clone(), right.clone()],
    ] {
        let plan = repository
            .plan_merge(&ours, &theirs, &settled(wrong.clone()))
            .await;
        let error = plan.err();
        assert!(
            matches!(error, Some(Error::InvalidResolution { .. })),
            "{wrong:?}: {error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_ask_where_labels_come_from() {
    let Fixture {
        repository,
        folder: _folder,
        ..
    } = fixture().await;
    let base = first_commit(&repository, 10).await;
    let accepted = |user: &str| {
        let mut provenance = person(user);
        provenance.accepted_by = Some("rev@lab.org".to_owned());
        provenance
    };
    let mut unseen = person("eve");
    unseen.accepted_by = None;
    let mut changes = Changes::new();
    changes.set_label(&class(1, "bird"), &unseen).unwrap();
    changes.set_label(&class(2, "bird"), &unseen).unwrap();
    changes.set_label(&class(3, "bird"), &unseen).unwrap();
    let ours = commit(&repository, &[base], changes).await.commit;
    let mut changes = Changes::new();
    let fish = |number| class(number, "fish");
    changes.set_label(&fish(1), &accepted("bob")).unwrap();
    changes.set_label(&fish(2), &import("folder")).unwrap();
    changes.set_label(&fish(3), &unseen).unwrap();
    let theirs = commit(&repository, &[base], changes).await.commit;
    let settle = Settle {
        policies: vec![MergePolicy::Reviewed, MergePolicy::Human],
        resolutions: vec![],
    };
    let plan = repository
        .plan_merge(&ours, &theirs, &settle)
        .await
        .unwrap();
    let open: Vec<_> = plan.conflicts().iter().map(|c| c.key.as_str()).collect();
    assert_eq!(open, ["00003.png"]);
    let mut all = request(ours, theirs, None);
    all.settle = settle;
    all.settle
        .policies
        .push(MergePolicy::Side(MergeSide::Theirs));
    let merge = merged(&repository, all).await;
    let version = repository.version(&merge).await.unwrap();
    for (key, class) in [
        ("00001.png", "fish"),
        ("00002.png", "bird"),
        ("00003.png", "fish"),
    ] {
        assert_eq!(
            version.labels(key).await.unwrap()[0].item.class,
            class,
            "{key}"
        );
    }
    let origin = &version.provenance("00001.png").await.unwrap()[0].1;
    assert_eq!(origin.accepted_by.as_deref(), Some("rev@lab.org"));
    let origin = &version.provenance("00002.png").await.unwrap()[0].1;
    assert_eq!(*origin, unseen, "what stays as it was keeps its origin");
}
