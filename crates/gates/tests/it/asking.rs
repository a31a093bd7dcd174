//! What each gate says about versions that are and are not as they must be.

use serde_json::json;
use testkit::{jpeg, png};

use crate::world::{World, everywhere, keys};

#[tokio::test(flavor = "multi_thread")]
async fn samples_without_labels_and_rare_classes_are_named() {
    everywhere(async |world: World| {
        let rows = [
            ("a.png", png(16, 16, 1), Some("train"), Some("cat")),
            ("b.png", png(16, 16, 2), Some("train"), Some("dog")),
            ("c.png", png(16, 16, 3), Some("train"), None),
            ("d.png", png(16, 16, 4), Some("test"), None),
        ];
        let commit = world.commit(None, &rows).await;
        let labels = |more: serde_json::Value| {
            let mut check = json!({"kind": "labels", "layer": "label", "split": "train"});
            check
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            check
        };
        let all = world.ask(labels(json!({})), None, commit).await;
        assert_eq!((all.passed, all.checked, all.failures), (false, 3, 1));
        assert_eq!(keys(&all), [["c.png"]]);
        assert_eq!(all.message, "1 of 3 samples have no such label");
        assert!(
            world
                .ask(labels(json!({"share": 0.66})), None, commit)
                .await
                .passed
        );
        assert!(
            !world
                .ask(labels(json!({"share": 0.67})), None, commit)
                .await
                .passed
        );
        let cats = world
            .ask(labels(json!({"classes": ["cat"]})), None, commit)
            .await;
        assert_eq!(keys(&cats), [["b.png"], ["c.png"]]);

        let minima = |cats: u64| json!({"kind": "class_minima", "minima": {"cat": cats, "dog": 1}});
        assert!(world.ask(minima(1), None, commit).await.passed);
        let few = world.ask(minima(2), None, commit).await;
        assert!(!few.passed);
        assert_eq!(
            few.examples[0].detail,
            "the class \"cat\" has 1 labels of 2"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_kept() {
    everywhere(async |world: World| {
    let commit = world
        .commit(None, &[("a.png", png(8, 8, 1), None, None)])
        .await;
    let schema = |media_type: &str| json!({"kind": "schema", "fields": {"image": {"media_types": [media_type]}}, "closed": true});
    assert!(world.ask(schema("image/*"), None, commit).await.passed);
    let wrong = world.ask(schema("image/jpeg"), None, commit).await;
    assert_eq!(wrong.examples[0].detail, "its field \"image\" is image/png");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_across_splits_are_found_exact_and_near() {
    everywhere(async |world: World| {
        // The same picture as PNG and as JPEG: other bytes, nearly the same pixels.
        let rows = [
            ("a.png", png(64, 48, 9), Some("train"), None),
            ("b.png", png(64, 48, 9), Some("test"), None),
            ("c.png", jpeg(64, 48, 9), Some("test"), None),
            ("d.png", testkit::digit_like(3, 1), Some("train"), None),
            ("e.png", testkit::digit_like(6, 1), Some("test"), None),
            ("f.png", png(64, 48, 9), None, None),
        ];
        let commit = world.commit(None, &rows).await;
        let exact = world.ask(json!({"kind": "duplicates"}), None, commit).await;
        assert_eq!((exact.passed, exact.checked, exact.failures), (false, 5, 1));
        assert_eq!(keys(&exact), [["a.png", "b.png"]]);
        assert_eq!(
            exact.examples[0].detail,
            "the same bytes are in \"train\" and in \"test\""
        );
        let near = world
            .ask(json!({"kind": "duplicates", "near": 4}), None, commit)
            .await;
        assert_eq!(near.failures, 2, "{:?}", near.examples);
        assert_eq!(keys(&near), [["a.png", "b.png"], ["a.png", "c.png"]]);
        // Asked again, nothing is decoded again: the looks are kept.
        let kept = world
            .repository
            .store()
            .root()
            .get("derived/looks/pets.bin")
            .await
            .unwrap();
        assert_eq!(kept.len(), 16 + 4 * 24);
        assert_eq!(
            world
                .ask(json!({"kind": "duplicates", "near": 4}), None, commit)
                .await,
            near
        );
        let others = json!({"kind": "duplicates", "splits": ["train", "val"], "near": 4});
        assert!(world.ask(others, None, commit).await.passed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_that_change_their_split_are_named() {
    everywhere(async |world: World| {
        let row = |key, split| (key, png(8, 8, 1), Some(split), None);
        let old = world
            .commit(
                None,
                &[row("a", "train"), row("b", "test"), row("c", "train")],
            )
            .await;
        let new = world
            .commit(
                Some(old),
                &[row("a", "test"), row("c", "val"), row("aa", "test")],
            )
            .await;
        let check = json!({"kind": "split_moves", "between": [["train", "test"]]});
        let moved = world.ask(check.clone(), Some(old), new).await;
        assert_eq!((moved.passed, keys(&moved)), (false, vec![vec!["a"]]));
        assert_eq!(
            moved.examples[0].detail,
            "it was in \"train\" and is in \"test\""
        );
        let any = world
            .ask(json!({"kind": "split_moves"}), Some(old), new)
            .await;
        assert_eq!(keys(&any), [["a"], ["c"]]);
        assert!(world.ask(check, None, new).await.passed);
    })
    .await;
}
