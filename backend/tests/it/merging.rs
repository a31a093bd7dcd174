//! Branches that part and come together: the graph, comparing, merging, reverting, and where labels come
//! from; also with many at once.

use annotation::{Item, Maker, Provenance, Shape};
use dataset::{LabelRow, SampleKey};
use db::entity::{standard, standard_version};
use ids::Hash;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use version_store::{Changes, CommitRequest, Lineage};

use crate::app::{Answered, TestApp, on_both};
use crate::datasets::{PETS, make_pets};
use crate::versioning::commit_pets;

fn made_by(user: &str, accepted_by: Option<&str>, standard: Option<Hash>) -> Provenance {
    Provenance {
        made_by: Maker::Person {
            user: user.to_owned(),
        },
        standard,
        at: "2026-02-02T00:00:00Z".to_owned(),
        annotation_id: None,
        prelabel: None,
        accepted_by: accepted_by.map(str::to_owned),
    }
}

fn boxed(id: &str, class: &str, x: f64) -> Item {
    Item {
        shape: Shape::Box {
            x,
            y: 0.0,
            width: 10.0,
            height: 10.0,
        },
        ..Item::classification(id, "objects", class)
    }
}

/// Sets labels on top of `parent`, as a worker would; no ref moves.
async fn label(app: &TestApp, parent: Hash, rows: &[(&str, Item)], from: &Provenance) -> Hash {
    let store = app.state.stores.workspace("lab").await.unwrap();
    let repository = store.store.repository("pets").unwrap();
    let mut changes = Changes::new();
    for (key, item) in rows {
        let row = LabelRow::new(SampleKey::new(*key).unwrap(), item.clone());
        changes.set_label(&row, from).unwrap();
    }
    let request = CommitRequest {
        parents: vec![parent],
        changes,
        author: "owner@lab.org".to_owned(),
        message: format!("Labels of {}", from.made_by.name()),
        time_ms: db::environment::now().timestamp_millis(),
        lineage: Lineage {
            standards: from.standard.into_iter().collect(),
            ..Lineage::default()
        },
    };
    repository.commit(request).await.unwrap().commit
}

async fn branch(app: &TestApp, name: &str, from: Hash) {
    let body = json!({"name": name, "from": from});
    let path = format!("{PETS}/branches");
    app.post(&app.owner, &path, body).await.expect(201);
}

async fn main_head(app: &TestApp) -> String {
    let path = format!("{PETS}/branches/main");
    let main = app.get(&app.owner, &path).await;
    let commit = main.body["commit"].as_str().unwrap().to_owned();
    assert_eq!(main.headers["etag"], format!("\"{commit}\"").as_str());
    commit
}

async fn guarded(
    app: &TestApp,
    method: Method,
    path: &str,
    if_match: &str,
    body: Value,
) -> Answered {
    let request = app.request(&app.owner, method, path);
    let request = request.header("if-match", format!("\"{if_match}\""));
    app.answer(request.json(&body)).await
}

/// `main` with three pictures; `ours` on main and `theirs` on `try` both change the class of `b1` on `a`.
struct Parted {
    base: Hash,
    ours: Hash,
    theirs: Hash,
}

async fn parted(app: &TestApp) -> Parted {
    make_pets(app).await;
    let first = commit_pets(app, &[("a", "cat"), ("b", "dog"), ("c", "cat")], &[]).await;
    let import = made_by("ann", None, None);
    let base = label(app, first, &[("a", boxed("b1", "car", 0.0))], &import).await;
    let ours = label(
        app,
        base,
        &[("a", boxed("b1", "bus", 0.0))],
        &made_by("bob", None, None),
    )
    .await;
    let theirs = label(
        app,
        base,
        &[
            ("a", boxed("b1", "van", 5.0)),
            ("b", boxed("b9", "car", 1.0)),
        ],
        &made_by("eve", Some("rev@lab.org"), None),
    )
    .await;
    branch(app, "try", theirs).await;
    let main = format!("{PETS}/branches/main");
    let answer = guarded(
        app,
        Method::PUT,
        &main,
        &first.to_string(),
        json!({"to": ours}),
    )
    .await;
    answer.expect(200);
    Parted { base, ours, theirs }
}

#[tokio::test]
async fn branches_move_by_compare_and_swap() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let path = format!("{PETS}/branches/try");
        let body = json!({"to": "main"});
        let blind = app
            .send(&app.owner, Method::PUT, &path, Some(body.clone()))
            .await;
        blind.refused(428, "precondition_required");
        let stale = parted.base.to_string();
        guarded(&app, Method::PUT, &path, &stale, body.clone())
            .await
            .refused(412, "precondition_failed");
        guarded(&app, Method::PUT, &path, "x", body.clone())
            .await
            .refused(412, "precondition_failed");
        let theirs = parted.theirs.to_string();
        let moved = guarded(&app, Method::PUT, &path, &theirs, body).await;
        assert_eq!(
            moved.headers["etag"],
            format!("\"{}\"", parted.ours).as_str()
        );
        assert_eq!(moved.expect(200)["commit"], json!(parted.ours));

        let rename = |name: &str, to: &str| {
            let path = format!("{PETS}/branches/{name}/rename");
            let body = json!({"name": to});
            let app = &app;
            async move { app.post(&app.owner, &path, body).await }
        };
        rename("main", "trunk").await.refused(409, "ref_protected");
        rename("try", "main").await.refused(409, "ref_exists");
        rename("try", "a b").await.refused(422, "invalid_name");
        rename("nothing", "b").await.refused(404, "not_found");
        assert_eq!(
            rename("try", "team/two").await.expect(200)["name"],
            "team/two"
        );
        let path = format!("{PETS}/branches/team%2Ftwo");
        app.get(&app.owner, &path).await.expect(200);
        guarded(&app, Method::DELETE, &path, &stale, json!({}))
            .await
            .refused(412, "precondition_failed");
        let gone = app.send(&app.owner, Method::DELETE, &path, None).await;
        gone.expect(204);
        app.get(&app.owner, &path).await.refused(404, "not_found");

        let tags = format!("{PETS}/tags");
        let body = json!({"name": "v1", "at": "main"});
        app.post(&app.owner, &tags, body).await.expect(201);
        let tag = format!("{tags}/v1");
        app.send(&app.owner, Method::DELETE, &tag, None)
            .await
            .expect(204);
        app.send(&app.owner, Method::DELETE, &tag, None)
            .await
            .refused(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn the_graph_shows_all_branches_and_what_commits_were_made_from() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let pets = db::entity::dataset::Entity::find().one(&app.state.db).await;
        let pets = pets.unwrap().unwrap();
        let now = db::environment::now();
        let (id, known) = (db::environment::new_id(), Hash::of(b"a standard"));
        let row = standard::Model {
            id,
            workspace_id: pets.workspace_id,
            name: "Road".to_owned(),
            draft: json!({}),
            draft_revision: 1,
            created_by: pets.created_by,
            created_at: now,
            updated_at: now,
        };
        row.into_active_model()
            .reset_all()
            .insert(&app.state.db)
            .await
            .unwrap();
        let row = standard_version::Model {
            id: db::environment::new_id(),
            workspace_id: pets.workspace_id,
            standard_id: id,
            version: 3,
            hash: known.to_string(),
            content: json!({}),
            published_by: pets.created_by,
            published_at: now,
        };
        row.into_active_model()
            .reset_all()
            .insert(&app.state.db)
            .await
            .unwrap();
        let from = made_by("zoe", Some("rev@lab.org"), Some(known));
        let third = label(&app, parted.theirs, &[("c", boxed("z", "car", 2.0))], &from).await;
        branch(&app, "third", third).await;

        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{PETS}/graph?limit=2{cursor}");
            let page = app.get(&app.owner, &path).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let place = |hash: &Hash| seen.iter().position(|item| item["hash"] == json!(hash));
        assert_eq!(seen.len(), 5);
        assert!(
            place(&third) < place(&parted.theirs) && place(&parted.theirs) < place(&parted.base)
        );
        let refs = |hash: &Hash| seen[place(hash).unwrap()]["refs"].clone();
        assert_eq!(
            refs(&parted.ours),
            json!([{"kind": "branch", "name": "main"}])
        );
        assert_eq!(refs(&parted.base), json!([]));
        let only = app
            .get(&app.owner, &format!("{PETS}/graph?ref=main"))
            .await
            .expect(200);
        assert_eq!(only["items"].as_array().unwrap().len(), 3);
        app.get(&app.owner, &format!("{PETS}/graph?cursor=00"))
            .await
            .refused(400, "invalid_cursor");

        let detail = app
            .get(&app.owner, &format!("{PETS}/commits/third"))
            .await
            .expect(200);
        assert_eq!(detail["refs"][0]["name"], "third");
        let road = json!({"hash": known, "id": id, "name": "Road", "version": 3});
        assert_eq!(detail["inputs"]["standards"], json!([road]));

        let blame = app
            .get(
                &app.owner,
                &format!("{PETS}/blame?ref=third&key=c&layer=objects"),
            )
            .await
            .expect(200);
        let origin = &blame["labels"][0];
        assert_eq!(blame["labels"].as_array().unwrap().len(), 1);
        assert_eq!(origin["commit"], json!(third));
        assert_eq!(origin["standard"], road);
        assert_eq!(origin["provenance"]["made_by"]["user"], "zoe");
        assert_eq!(origin["provenance"]["accepted_by"], "rev@lab.org");
        app.get(&app.owner, &format!("{PETS}/blame?key=zz"))
            .await
            .refused(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn versions_are_compared_with_both_sides_of_each_sample() {
    on_both(async |app: TestApp| {
        let parted = parted(&app).await;
        let compare = app
            .get(&app.owner, &format!("{PETS}/compare?a=main&b=try"))
            .await
            .expect(200);
        assert_eq!(compare["merge_base"], json!(parted.base));
        assert_eq!(
            (&compare["ahead"], &compare["behind"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(compare["stat"]["labels_changed"], 1);
        let class = |name: &str| {
            let classes = compare["classes"].as_array().unwrap();
            let found = classes.iter().find(|row| row["class"] == name);
            found.cloned().unwrap()
        };
        assert_eq!(
            (&class("bus")["lost"], &class("van")["gained"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(class("car")["added"], 1);
        let iou = class("van")["mean_iou"].as_f64().unwrap();
        assert!((iou - 1.0 / 3.0).abs() < 1e-9, "{iou}");

        let path = format!("{PETS}/diff/samples?a=main&b=try&limit=1");
        let first = app.get(&app.owner, &path).await.expect(200);
        let item = &first["items"][0];
        assert_eq!(item["key"], "a");
        let side = |side: &str| {
            let labels = item[side]["labels"].as_array().unwrap();
            labels
                .iter()
                .find(|label| label["id"] == "b1")
                .cloned()
                .unwrap()
        };
        assert_eq!(
            (&side("old")["x"], &side("new")["x"]),
            (&json!(0.0), &json!(5.0))
        );
        let old_picture = item["old"]["thumbnail_url"].as_str().unwrap();
        assert!(old_picture.contains(&parted.ours.to_string()));
        assert_eq!(item["events"].as_array().unwrap().len(), 2);
        let next = first["next_cursor"].as_str().unwrap();
        let rest = app
            .get(&app.owner, &format!("{path}&cursor={next}"))
            .await
            .expect(200);
        assert_eq!(
            (&rest["items"][0]["key"], &rest["next_cursor"]),
            (&json!("b"), &json!(null))
        );
        for (filter, key) in [
            ("kind=label_added", "b"),
            ("class=van", "a"),
            ("class=car&layer=objects", "b"),
        ] {
            let path = format!("{PETS}/diff/samples?a=main&b=try&{filter}");
            let page = app.get(&app.owner, &path).await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert_eq!(
                (items.len(), &items[0]["key"]),
                (1, &json!(key)),
                "{filter}"
            );
        }
    })
    .await;
}

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
