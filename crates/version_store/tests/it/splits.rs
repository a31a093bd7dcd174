//! Splits by rule, as versions hold them.

use std::collections::BTreeMap;

use dataset::SplitRule;
use ids::Hash;
use version_store::{Changes, GcRequest, MergeOutcome, MergeRequest, Repository, Settle};

use crate::builder::{commit, first_commit, key, move_branch, sample, write_pictures};
use crate::places::{Place, everywhere};

fn rule(salt: &str) -> SplitRule {
    let shares = [("train".to_owned(), 8), ("test".to_owned(), 2)];
    SplitRule::from_shares(salt, &shares, None).unwrap()
}

fn set(rule: Option<SplitRule>) -> Changes {
    let mut changes = Changes::new();
    changes.set_split_rule(rule);
    changes
}

/// Samples without a split of their own.
async fn unsplit(repository: &Repository, numbers: std::ops::Range<u32>) -> Changes {
    write_pictures(repository, numbers.clone()).await;
    let mut changes = Changes::new();
    for number in numbers {
        let mut sample = sample(number, "");
        sample.split = None;
        changes.upsert_sample(&sample).unwrap();
    }
    changes
}

async fn splits(repository: &Repository, at: &Hash) -> BTreeMap<String, Option<String>> {
    let version = repository.version(at).await.unwrap();
    let rows = version.samples(None, usize::MAX).await.unwrap();
    let mut splits = BTreeMap::new();
    for (n, (sample, _)) in rows.into_iter().enumerate() {
        assert_eq!(
            version.sample_at(n as u64).await.unwrap().as_ref(),
            Some(&sample)
        );
        let found = version.sample(sample.key.as_str()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&sample));
        splits.insert(sample.key.to_string(), sample.split);
    }
    splits
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_divides_what_has_no_split_and_adding_data_moves_nothing() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let own = first_commit(repository, 20).await;
        let some = commit(repository, &[own], unsplit(repository, 20..120).await)
            .await
            .commit;
        let ruled = commit(repository, &[some], set(Some(rule("a")))).await;
        assert!(ruled.changed);
        let ruled = ruled.commit;
        let before = splits(repository, &ruled).await;
        let of = |split: &str| {
            before
                .values()
                .filter(|found| found.as_deref() == Some(split))
                .count()
        };
        assert_eq!(of("train") + of("test"), 120);
        assert!((5..40).contains(&of("test")), "{}", of("test"));
        assert!(
            before
                .iter()
                .take(20)
                .all(|(_, split)| split.as_deref() == Some("train"))
        );

        let version = repository.version(&ruled).await.unwrap();
        assert_eq!(
            version
                .stored_sample("00050.png")
                .await
                .unwrap()
                .unwrap()
                .split,
            None
        );
        assert_eq!(version.split_rule().await.unwrap(), Some(&rule("a")));
        let more = commit(repository, &[ruled], unsplit(repository, 120..300).await)
            .await
            .commit;
        let after = splits(repository, &more).await;
        assert!(before.iter().all(|(key, split)| after[key] == *split));

        // The same rule again is no commit; another, or none, is.
        assert!(
            !commit(repository, &[more], set(Some(rule("a"))))
                .await
                .changed
        );
        let other = commit(repository, &[more], set(Some(rule("b"))))
            .await
            .commit;
        assert_ne!(splits(repository, &other).await, after);
        let none = commit(repository, &[other], set(None)).await.commit;
        assert_eq!(splits(repository, &none).await["00050.png"], None);
        let trees = [more, none].map(|hash| (hash, repository.clone()));
        let mut found = Vec::new();
        for (hash, repository) in trees {
            found.push(repository.version(&hash).await.unwrap().tree_hash());
        }
        assert_ne!(found[0], found[1]);

        // The rule stays through a collection, and the store is sound.
        move_branch(repository, "main", Some(own), Some(more)).await;
        let store = repository.store();
        let now = GcRequest {
            now_ms: i64::MAX,
            ..GcRequest::default()
        };
        store.gc(&now).await.unwrap();
        store.gc(&now).await.unwrap();
        assert_eq!(store.fsck(false, |_, _| {}).await.unwrap().problems, []);
        let again = place.reopen().await;
        let again = again.repository("pets").unwrap();
        assert_eq!(splits(&again, &more).await, after);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_takes_over_the_rule_of_the_side_that_set_one() {
    everywhere(async |place: Place| {
        let repository = &place.repository;
        let base = first_commit(repository, 5).await;
        let ours = commit(repository, &[base], unsplit(repository, 10..12).await)
            .await
            .commit;
        let theirs = commit(repository, &[base], set(Some(rule("a"))))
            .await
            .commit;
        let request = |ours, theirs| MergeRequest {
            ours,
            theirs,
            settle: Settle::default(),
            author: "ann".into(),
            message: "merge".into(),
            time_ms: 9,
        };
        let MergeOutcome::Merged(merged) = repository.merge(request(ours, theirs)).await.unwrap()
        else {
            panic!("it merges");
        };
        let version = repository.version(&merged.commit).await.unwrap();
        assert_eq!(version.split_rule().await.unwrap(), Some(&rule("a")));
        assert!(
            version
                .sample(key("00010.png").as_str())
                .await
                .unwrap()
                .unwrap()
                .split
                .is_some()
        );
        let other = commit(repository, &[ours], set(Some(rule("b"))))
            .await
            .commit;
        let error = repository.merge(request(other, theirs)).await.unwrap_err();
        assert_eq!(error.code(), "split_rules_differ");
        let same = commit(repository, &[ours], set(Some(rule("a"))))
            .await
            .commit;
        assert!(matches!(
            repository.merge(request(same, theirs)).await.unwrap(),
            MergeOutcome::Merged(_)
        ));
    })
    .await;
}
