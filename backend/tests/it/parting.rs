//! Branches that part: how they move, the graph of their commits, comparing them.

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

pub fn made_by(user: &str, accepted_by: Option<&str>, standard: Option<Hash>) -> Provenance {
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

pub fn boxed(id: &str, class: &str, x: f64) -> Item {
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
pub async fn label(app: &TestApp, parent: Hash, rows: &[(&str, Item)], from: &Provenance) -> Hash {
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

pub async fn branch(app: &TestApp, name: &str, from: Hash) {
    let body = json!({"name": name, "from": from});
    let path = format!("{PETS}/branches");
    app.post(&app.owner, &path, body).await.expect(201);
}

pub async fn main_head(app: &TestApp) -> String {
    let path = format!("{PETS}/branches/main");
    let main = app.get(&app.owner, &path).await;
    let commit = main.body["commit"].as_str().unwrap().to_owned();
    assert_eq!(main.headers["etag"], format!("\"{commit}\"").as_str());
    commit
}

pub async fn guarded(
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
pub struct Parted {
    pub base: Hash,
    pub ours: Hash,
    pub theirs: Hash,
}

pub async fn parted(app: &TestApp) -> Parted {
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

/// As [`parted`], with `many` labels of one picture whose class both sides changed, `m0`, `m1`, ….
pub async fn many_conflicts(app: &TestApp, many: u8) -> Parted {
    make_pets(app).await;
    let first = commit_pets(app, &[("a", "cat")], &[]).await;
    let all = |class: &str| -> Vec<(&str, Item)> {
        let ids = (0..many).map(|number| format!("m{number}"));
        ids.map(|id| ("a", boxed(&id, class, 0.0))).collect()
    };
    let base = label(app, first, &all("car"), &made_by("ann", None, None)).await;
    let ours = label(app, base, &all("bus"), &made_by("bob", None, None)).await;
    let theirs = label(app, base, &all("van"), &made_by("eve", None, None)).await;
    branch(app, "try", theirs).await;
    let main = format!("{PETS}/branches/main");
    let to = json!({"to": ours});
    let moved = guarded(app, Method::PUT, &main, &first.to_string(), to).await;
    moved.expect(200);
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
