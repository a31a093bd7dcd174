//! Where protected branches go, and where not.

use serde_json::json;
use testkit::png;
use version_store::{Error as StoreError, RefKind};

use crate::world::{World, everywhere, to};

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_moves_only_when_all_gates_pass() {
    everywhere(async |world: World| {
        let labelled = json!({"kind": "labels"});
        let apart = json!({"kind": "duplicates"});
        world
            .protect(
                json!([{"name": "labelled", "check": labelled}, {"name": "apart", "check": apart}]),
            )
            .await;
        let bad = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
        // Whoever goes round the gates is told which were not asked.
        let error = world
            .repository
            .compare_and_swap_ref(&to("main", None, Some(bad)))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "gates_failed");
        assert!(
            error
                .to_string()
                .contains("\"labelled\" (not asked yet), \"apart\" (not asked yet)"),
            "{error}"
        );
        let error = gates::move_branch(&world.repository, &to("main", None, Some(bad)), None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), "gates_failed");
        assert!(
            error
                .to_string()
                .contains("\"labelled\" (1 of 1 samples have no such label)"),
            "{error}"
        );
        assert!(
            !error.to_string().contains("apart") && error.to_string().contains("strata gate run")
        );
        assert_eq!(
            world
                .repository
                .read_ref(RefKind::Branch, "main")
                .await
                .unwrap(),
            None
        );
        // Other branches are free.
        gates::move_branch(&world.repository, &to("dev", None, Some(bad)), None)
            .await
            .unwrap();
        let good = world
            .commit(Some(bad), &[("a", png(8, 8, 1), None, Some("cat"))])
            .await;
        gates::move_branch(&world.repository, &to("main", None, Some(good)), None)
            .await
            .unwrap();
        assert_eq!(
            world
                .repository
                .read_ref(RefKind::Branch, "main")
                .await
                .unwrap(),
            Some(good)
        );
        let mut gated = vec![bad, good];
        gated.sort_unstable();
        assert_eq!(world.repository.gated_commits().await.unwrap(), gated);

        // A gate that is changed is another gate: what passed the old one counts no more.
        world
            .protect(json!([{"name": "labelled", "check": {"kind": "labels", "classes": ["dog"]}}]))
            .await;
        let next = world
            .commit(Some(good), &[("b", png(8, 8, 2), None, Some("cat"))])
            .await;
        let error =
            gates::move_branch(&world.repository, &to("main", Some(good), Some(next)), None).await;
        assert_eq!(error.unwrap_err().code(), "gates_failed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_branch_stays_and_only_goes_forward() {
    everywhere(async |world: World| {
        let first = world.commit(None, &[("a", png(8, 8, 1), None, None)]).await;
        let second = world
            .commit(Some(first), &[("b", png(8, 8, 2), None, None)])
            .await;
        let aside = world
            .commit(Some(first), &[("c", png(8, 8, 3), None, None)])
            .await;
        let moved = async |old, new| {
            world
                .repository
                .compare_and_swap_ref(&to("main", old, new))
                .await
        };
        moved(None, Some(first)).await.unwrap();
        world.protect(json!([])).await;
        moved(Some(first), Some(second)).await.unwrap();
        for (new, reason) in [
            (Some(first), "descend"),
            (Some(aside), "descend"),
            (None, "deleted"),
        ] {
            let error = moved(Some(second), new).await.unwrap_err();
            assert_eq!(error.code(), "branch_protected");
            assert!(error.to_string().contains(reason), "{error}");
        }
        // A database that decided otherwise is mirrored as it is.
        world
            .repository
            .put_mirror_ref(RefKind::Branch, "main", Some(aside), 9)
            .await
            .unwrap();
        let unprotect = |rules: &mut quality::gates::Protection| {
            rules.rules.clear();
            Ok::<_, StoreError>(())
        };
        world.repository.update_protection(unprotect).await.unwrap();
        moved(Some(aside), None).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_change_by_compare_and_swap_and_nonsense_is_refused() {
    everywhere(async |world: World| {
        let add = |name: String| {
            let repository = world.repository.clone();
            async move {
                let add = |rules: &mut quality::gates::Protection| {
                    rules.rules.push(quality::gates::BranchRule {
                        branches: name.clone(),
                        ..Default::default()
                    });
                    Ok::<_, StoreError>(())
                };
                repository.update_protection(add).await
            }
        };
        let (a, b, c) = tokio::join!(add("a".into()), add("b".into()), add("c".into()));
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        assert_eq!(world.repository.protection().await.unwrap().rules.len(), 3);
        assert_eq!(
            add("a b".into()).await.unwrap_err().code(),
            "protection_invalid"
        );
        assert_eq!(
            add("a".into()).await.unwrap_err().code(),
            "protection_invalid"
        );
        let root = world.repository.store().root().clone();
        root.put("protection/pets.json", r#"{"format":3,"rules":[]}"#.into())
            .await
            .unwrap();
        let error = world.repository.protection().await.unwrap_err();
        assert_eq!(error.code(), "store_format_newer");
    })
    .await;
}
