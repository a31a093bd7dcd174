//! Branches that come together: merging, reverting, and where labels come from; also with many at once, and
//! through gates.

use ids::Hash;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, on_both};
use crate::datasets::{PETS, make_pets};
use crate::parting::{boxed, branch, guarded, label, made_by, main_head, parted};
use crate::versioning::commit_pets;

#[tokio::test]
async fn conflicts_are_shown_settled_and_kept() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let merges = format!("{PETS}/merges");
        let preview = async |body: Value| {
            let path = format!("{PETS}/merge/preview");
            app.post(&app.owner, &path, body).await.expect(200)
        };
        let shown = preview(json!({"into": "main", "from": "try"})).await;
        assert_eq!(
            (&shown["outcome"], &shown["conflict_count"]),
            (&json!("conflicts"), &json!(1))
        );
        assert_eq!(
            (&shown["ours"], &shown["theirs"], &shown["base"]),
            (
                &json!(parted.ours),
                &json!(parted.theirs),
                &json!(parted.base)
            )
        );
        let conflict = &shown["conflicts"][0];
        assert_eq!(
            (
                &conflict["part"],
                &conflict["base"],
                &conflict["ours"],
                &conflict["theirs"]
            ),
            (&json!("class"), &json!("car"), &json!("bus"), &json!("van"))
        );
        assert_eq!(conflict["theirs_item"]["x"], 5.0);
        assert_eq!(conflict["theirs_origin"]["accepted_by"], "rev@lab.org");
        let picture = conflict["picture_url"].as_str().unwrap();
        assert_eq!(app.get(&app.owner, picture).await.status.as_u16(), 200);
        let policies = json!({"into": "main", "from": "try", "policies": ["human", "reviewed"]});
        assert_eq!(preview(policies).await["outcome"], "merged");

        let plain = json!({"into": "main", "from": "try"});
        app.post(&app.owner, &merges, plain)
            .await
            .refused(409, "merge_conflicts");
        let settled = |take: Value| {
            let mut resolution =
                json!({"key": "a", "layer": "objects", "item_id": "b1", "part": "class"});
            for (name, value) in take.as_object().unwrap() {
                resolution[name] = value.clone();
            }
            json!({"into": "main", "from": parted.theirs, "resolutions": [resolution]})
        };
        for wrong in [
            json!({"take": "value", "value": 7}),
            json!({"take": "value"}),
            json!({"take": "ours", "value": "x"}),
            json!({"take": "ours", "part": "shape"}),
        ] {
            let answer = app.post(&app.owner, &merges, settled(wrong)).await;
            answer.refused(422, "resolution_invalid");
        }
        let body = settled(json!({"take": "value", "value": "lorry"}));
        guarded(
            &app,
            Method::POST,
            &merges,
            &parted.base.to_string(),
            body.clone(),
        )
        .await
        .refused(412, "precondition_failed");
        assert_eq!(
            main_head(&app).await,
            parted.ours.to_string(),
            "nothing was moved so far"
        );
        let once = async |body: &Value| {
            let request = app.request(&app.owner, Method::POST, &merges);
            let request = request.header("if-match", format!("\"{}\"", parted.ours));
            app.answer(request.header("idempotency-key", "merge-1").json(body))
                .await
        };
        let merged = once(&body).await.expect(201);
        assert_eq!(
            (&merged["outcome"], &merged["old"]),
            (&json!("merged"), &json!(parted.ours))
        );
        assert_eq!(
            once(&body).await.expect(201),
            merged,
            "a retry gets the same answer"
        );
        assert_eq!(json!(main_head(&app).await), merged["commit"]);
        let detail = app
            .get(&app.owner, &format!("{PETS}/commits/main"))
            .await
            .expect(200);
        assert_eq!(detail["parents"], json!([parted.ours, parted.theirs]));
        let kept = &detail["resolutions"][0];
        assert_eq!(
            (&kept["take"], &kept["value"]),
            (&json!("value"), &json!("lorry"))
        );
        let sample = app
            .get(&app.owner, &format!("{PETS}/sample?key=a"))
            .await
            .expect(200);
        let labels = sample["labels"].as_array().unwrap();
        let label = labels.iter().find(|label| label["id"] == "b1").unwrap();
        assert_eq!(
            (&label["class"], &label["x"]),
            (&json!("lorry"), &json!(5.0))
        );
        let again = app
            .post(&app.owner, &merges, json!({"into": "main", "from": "try"}))
            .await;
        assert_eq!(again.expect(201)["outcome"], "up_to_date");
        let forward = app
            .post(&app.owner, &merges, json!({"into": "try", "from": "main"}))
            .await;
        assert_eq!(forward.expect(201)["outcome"], "fast_forward");
    })
    .await;
}

#[tokio::test]
async fn a_commit_is_undone_on_top_of_later_ones() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let path = format!("{PETS}/revert/preview");
        let body = json!({"branch": "main", "commit": "main"});
        let shown = app.post(&app.owner, &path, body.clone()).await.expect(200);
        assert_eq!(
            (&shown["outcome"], &shown["labels_changed"]),
            (&json!("merged"), &json!(1))
        );
        let reverts = format!("{PETS}/reverts");
        let reverted = app.post(&app.owner, &reverts, body).await.expect(201);
        assert_eq!(reverted["old"], json!(parted.ours));
        let compare = app
            .get(
                &app.owner,
                &format!("{PETS}/compare?a={}&b=main", parted.base),
            )
            .await
            .expect(200);
        assert_eq!(compare["stat"]["labels_changed"], 0);
        let log = app
            .get(&app.owner, &format!("{PETS}/commits"))
            .await
            .expect(200);
        assert!(
            log["items"][0]["message"]
                .as_str()
                .unwrap()
                .starts_with("revert \"Labels of bob\"")
        );
        let first = json!({"branch": "main", "commit": "main~3"});
        app.post(&app.owner, &reverts, first)
            .await
            .refused(422, "revert_first_commit");
        let missing = json!({"branch": "none", "commit": "main"});
        app.post(&app.owner, &reverts, missing)
            .await
            .refused(404, "not_found");
        let viewer = app.member("viewer").await;
        let body = json!({"branch": "main", "commit": "main"});
        app.post(&viewer, &path, body.clone()).await.expect(200);
        app.post(&viewer, &reverts, body)
            .await
            .refused(403, "forbidden");
    })
    .await;
}

#[tokio::test]
async fn sixteen_writers_on_one_branch_lose_nothing() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let first = commit_pets(&app, &[("a", "cat"), ("b", "dog")], &[]).await;
        for number in 0..16 {
            let item = boxed(&format!("w{number}"), "car", f64::from(number));
            let from = made_by("many", None, None);
            let commit = label(&app, first, &[("a", item)], &from).await;
            branch(&app, &format!("w{number}"), commit).await;
        }
        let writer = async |number: u32| {
            let body = json!({"into": "main", "from": format!("w{number}")});
            app.post(&app.owner, &format!("{PETS}/merges"), body).await
        };
        let answers = futures::future::join_all((0..16).map(writer)).await;
        let graph = app
            .get(&app.owner, &format!("{PETS}/commits?limit=500"))
            .await
            .expect(200);
        let sample = app
            .get(&app.owner, &format!("{PETS}/sample?key=a"))
            .await
            .expect(200);
        let mut landed = 0;
        for (number, answer) in answers.into_iter().enumerate() {
            let held = sample["labels"]
                .as_array()
                .unwrap()
                .iter()
                .any(|label| label["id"] == format!("w{number}"));
            if answer.status.as_u16() == 201 {
                landed += 1;
                let commits = graph["items"].as_array().unwrap();
                let commit = &answer.body["commit"];
                assert!(
                    commits.iter().any(|item| item["hash"] == *commit),
                    "{number} is lost"
                );
                assert!(held, "the label of {number} is lost");
            } else {
                answer.refused(409, "ref_moved");
                assert!(!held, "{number} was refused and landed");
            }
        }
        assert!(landed > 0);
        assert_eq!(json!(main_head(&app).await), graph["items"][0]["hash"]);
    })
    .await;
}

#[tokio::test]
async fn protected_branches_move_through_their_gates() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let path = format!("{PETS}/protection");
        let none = app.get(&app.owner, &path).await;
        let tag = none.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
        assert_eq!(none.expect(200), json!({"rules": []}));
        let check = json!({"kind": "class_minima", "layer": "objects", "minima": {"van": 1}});
        let rule = json!({"branches": "main", "no_deletion": true, "no_rewind": true,
            "gates": [{"name": "vans", "check": check}]});
        let rules = json!({"rules": [rule]});
        app.send(&app.owner, Method::PUT, &path, Some(rules.clone()))
            .await
            .refused(428, "precondition_required");
        let stale = Hash::of(b"stale").to_string();
        guarded(&app, Method::PUT, &path, &stale, rules.clone())
            .await
            .refused(412, "precondition_failed");
        let odd = json!({"rules": [{"branches": "main", "gates": [{"name": "x", "check": {"kind": "none"}}]}]});
        guarded(&app, Method::PUT, &path, &tag, odd)
            .await
            .refused(422, "invalid_body");
        guarded(&app, Method::PUT, &path, &tag, json!({"rules": [{"branches": ""}]}))
            .await
            .refused(422, "protection_invalid");
        let saved = guarded(&app, Method::PUT, &path, &tag, rules).await.expect(200);
        assert_eq!(saved["rules"][0]["gates"][0]["name"], "vans");
        let manager = app.member("manager").await;
        let request = app.request(&manager, Method::PUT, &path).json(&saved);
        app.answer(request).await.refused(403, "forbidden");

        // Our label is a bus: merged with ours there is no van.
        let merges = format!("{PETS}/merges");
        let merge = |policy: &str| json!({"into": "main", "from": "try", "policies": [policy]});
        let refused = app.post(&app.owner, &merges, merge("ours")).await;
        refused.refused(409, "gates_failed");
        assert!(refused.body["detail"].as_str().unwrap().contains("vans"));
        assert_eq!(main_head(&app).await, parted.ours.to_string());
        let ask = json!({"branch": "main", "ref": "main"});
        let asked = app.post(&app.owner, &format!("{PETS}/gates"), ask).await.expect(200);
        assert_eq!((&asked["results"][0]["passed"], &asked["results"][0]["gate"]), (&json!(false), &json!("vans")));
        let report = app.get(&app.owner, &format!("{PETS}/gates")).await.expect(200);
        assert_eq!(report, asked);
        let merged = app.post(&app.owner, &merges, merge("theirs")).await.expect(201);
        let detail = app.get(&app.owner, &format!("{PETS}/commits/main")).await.expect(200);
        assert_eq!(detail["hash"], merged["commit"]);
        assert_eq!(detail["gates"][0]["passed"], true);

        let head = main_head(&app).await;
        let main = format!("{PETS}/branches/main");
        let back = json!({"to": parted.theirs});
        guarded(&app, Method::PUT, &main, &head, back)
            .await
            .refused(409, "branch_protected");
        app.send(&app.owner, Method::DELETE, &main, None)
            .await
            .refused(409, "branch_protected");
    })
    .await;
}
