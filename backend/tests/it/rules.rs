//! Commits that set the rule for splits and move folders, and views, on both databases.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, on_both};
use crate::datasets::{PETS, make_pets};
use crate::parting::{guarded, main_head};
use crate::versioning::commit_pets;

fn rule(salt: &str) -> Value {
    let buckets =
        json!([{"split": "train", "below": 800_000}, {"split": "test", "below": 1_000_000}]);
    json!({"salt": salt, "buckets": buckets})
}

#[tokio::test]
async fn a_manager_sets_the_rule_for_splits_and_gates_are_asked() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let first = commit_pets(&app, &[("cats/a", "cat"), ("dogs/b", "dog")], &[]).await;
        let path = format!("{PETS}/split");
        let none = app.get(&app.owner, &path).await.expect(200);
        assert_eq!(none, json!({"commit": first, "rule": null}));
        let set = |rule: Value| json!({"branch": "main", "rule": rule});
        let (viewer, manager) = (app.member("reviewer").await, app.member("manager").await);
        app.post(&viewer, &path, set(rule("a"))).await.refused(403, "forbidden");
        let twice = json!({"salt": "a", "buckets": [{"split": "x", "below": 2}, {"split": "x", "below": 3}]});
        for odd in [twice, json!({"salt": "a", "buckets": []})] {
            let refused = app.post(&manager, &path, set(odd)).await;
            refused.refused(422, "split_rule_invalid");
            assert_eq!(refused.body["place"], "/rule");
        }
        let unknown = json!({"branch": "none", "rule": null});
        app.post(&manager, &path, unknown).await.refused(404, "ref_not_found");
        app.post(&manager, &path, json!({"branch": "main", "rule": {"salt": 1}}))
            .await
            .refused(422, "invalid_body");

        let made = app.post(&manager, &path, set(rule("a"))).await.expect(201);
        assert_eq!((&made["outcome"], &made["old"]), (&json!("merged"), &json!(first)));
        assert_eq!(json!(main_head(&app).await), made["commit"]);
        let shown = app.get(&viewer, &path).await.expect(200);
        assert_eq!(shown["rule"], rule("a"));
        let before = app.get(&viewer, &format!("{path}?ref=main~1")).await.expect(200);
        assert_eq!(before["rule"], Value::Null);
        let commit = app.get(&viewer, &format!("{PETS}/commits/main")).await.expect(200);
        assert_eq!(
            (&commit["message"], &commit["author"]),
            (&json!("set the rule for splits"), &json!("manager@lab.org"))
        );
        let sample = format!("{PETS}/sample?key=cats/a");
        assert!(app.get(&viewer, &sample).await.expect(200)["split"].is_string());
        let again = app.post(&manager, &path, set(rule("a"))).await.expect(201);
        assert_eq!((&again["outcome"], &again["commit"]), (&json!("up_to_date"), &made["commit"]));
        guarded(&app, Method::POST, &path, &first.to_string(), set(rule("b")))
            .await
            .refused(412, "precondition_failed");

        // A gate that forbids moves between splits holds a rule back, too.
        let protection = format!("{PETS}/protection");
        let tag = app.get(&app.owner, &protection).await;
        let tag = tag.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
        let minima = json!({"kind": "class_minima", "minima": {"bird": 1}});
        let gates = json!([{"name": "birds", "check": minima}]);
        let rules = json!({"rules": [{"branches": "main", "gates": gates}]});
        guarded(&app, Method::PUT, &protection, &tag, rules).await.expect(200);
        app.post(&manager, &path, set(Value::Null)).await.refused(409, "gates_failed");
        let folder = json!({"branch": "main", "from": "cats", "to": "pets"});
        app.post(&manager, &format!("{PETS}/folder-moves"), folder)
            .await
            .refused(409, "gates_failed");
        assert_eq!(json!(main_head(&app).await), made["commit"]);
    })
    .await;
}

#[tokio::test]
async fn a_folder_gets_another_name() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        commit_pets(&app, &[("cats/a", "cat"), ("dogs/b", "dog")], &[]).await;
        let path = format!("{PETS}/folder-moves");
        let to = |from: &str, to: &str| json!({"branch": "main", "from": from, "to": to});
        app.post(&app.owner, &path, to("cats", "dogs\n"))
            .await
            .refused(422, "invalid_body");
        let made = app
            .post(&app.owner, &path, to("cats", "pets"))
            .await
            .expect(201);
        assert_eq!(json!(main_head(&app).await), made["commit"]);
        let sample = app
            .get(&app.owner, &format!("{PETS}/sample?key=pets/a"))
            .await
            .expect(200);
        assert_eq!(sample["labels"][0]["class"], "cat");
        let commit = app
            .get(&app.owner, &format!("{PETS}/commits/main"))
            .await
            .expect(200);
        assert_eq!(commit["message"], "move cats to pets");
    })
    .await;
}

#[tokio::test]
async fn views_are_made_by_a_job() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let commit = commit_pets(&app, &[("a", "cat")], &[]).await;
        let path = format!("{PETS}/views");
        let job = app
            .post(&app.owner, &path, json!({"ref": "main"}))
            .await
            .expect(202);
        assert_eq!(job["kind"], "build_view");
        let body = json!({"ref": commit});
        let annotator = app.member("annotator").await;
        app.post(&annotator, &path, body)
            .await
            .refused(403, "forbidden");
        app.post(&app.owner, &path, json!({"ref": "none"}))
            .await
            .refused(404, "ref_not_found");
    })
    .await;
}
