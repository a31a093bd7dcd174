//! Versions: samples, pictures, refs, history, differences, export, and the store itself.

use std::collections::BTreeMap;

use annotation::{Item, Maker, Provenance};
use dataset::{BlobField, Field, LabelRow, Sample, SampleKey};
use db::entity::{RefKind, ref_row};
use ids::Hash;
use reqwest::Method;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use version_store::{Changes, CommitRequest, Lineage};

use crate::app::{TestApp, on_both};
use crate::datasets::{PETS, make_pets};

/// Commits pictures with one label each to `main` of `pets`, as a worker would.
pub async fn commit_pets(app: &TestApp, samples: &[(&str, &str)], parents: &[Hash]) -> Hash {
    let store = app.state.stores.workspace("lab").await.unwrap();
    let repository = store.store.repository("pets").unwrap();
    let mut blobs = repository.write_blobs().await.unwrap();
    let mut changes = Changes::new();
    for (number, (key, class)) in samples.iter().enumerate() {
        let png = testkit::png(300, 20, u8::try_from(number).unwrap());
        let blob = blobs.put(png.into()).await.unwrap();
        let field = Field::Blob(BlobField {
            hash: blob.hash,
            media_type: "image/png".to_owned(),
            bytes: blob.bytes,
            width: Some(300),
            height: Some(20),
        });
        let key = SampleKey::new(*key).unwrap();
        let sample = Sample {
            key: key.clone(),
            fields: BTreeMap::from([("image".to_owned(), field)]),
            metadata: BTreeMap::new(),
            split: None,
        };
        changes.upsert_sample(&sample).unwrap();
        let provenance = Provenance {
            made_by: Maker::Import {
                source: "test".to_owned(),
            },
            standard: None,
            at: "2026-01-01T00:00:00Z".to_owned(),
            annotation_id: None,
            prelabel: None,
            accepted_by: None,
        };
        let row = LabelRow::new(key, Item::classification("class", "label", class));
        changes.set_label(&row, &provenance).unwrap();
    }
    blobs.finish().await.unwrap();
    let request = CommitRequest {
        parents: parents.to_vec(),
        changes,
        author: "owner@lab.org".to_owned(),
        message: "Samples".to_owned(),
        time_ms: db::environment::now().timestamp_millis(),
        lineage: Lineage::default(),
    };
    let commit = repository.commit(request).await.unwrap().commit;
    point_main(app, commit).await;
    commit
}

async fn point_main(app: &TestApp, commit: Hash) {
    let pets = db::entity::dataset::Entity::find()
        .one(&app.state.db)
        .await
        .unwrap()
        .unwrap();
    let row = ref_row::Model {
        dataset_id: pets.id,
        kind: RefKind::Branch,
        name: "main".to_owned(),
        commit_hash: commit.to_string(),
        protected: false,
        updated_at: db::environment::now(),
    };
    let id = (pets.id, RefKind::Branch, "main".to_owned());
    ref_row::Entity::delete_by_id(id)
        .exec(&app.state.db)
        .await
        .unwrap();
    row.into_active_model()
        .reset_all()
        .insert(&app.state.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn samples_are_paged_asked_for_and_shown() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let all = [("a", "cat"), ("b", "dog"), ("c/d e", "cat")];
        let commit = commit_pets(&app, &all, &[]).await;
        let view = app.get(&app.owner, PETS).await.expect(200);
        assert_eq!(view["head"], json!({"commit": commit, "samples": 3}));
        let page = app
            .get(&app.owner, &format!("{PETS}/samples?limit=2"))
            .await
            .expect(200);
        assert_eq!(page["items"][1]["key"], "b");
        let next = page["next_cursor"].as_str().unwrap();
        let rest = format!("{PETS}/samples?limit=2&cursor={next}");
        let rest = app.get(&app.owner, &rest).await.expect(200);
        assert_eq!(
            (rest["items"][0]["key"].as_str(), &rest["next_cursor"]),
            (Some("c/d e"), &json!(null))
        );
        let cats = format!("{PETS}/samples?where=label%20%3D%20%27cat%27");
        let cats = app.get(&app.owner, &cats).await.expect(200);
        assert_eq!(cats["items"].as_array().unwrap().len(), 2);
        let wrong = app
            .get(&app.owner, &format!("{PETS}/samples?where=label%20%3D"))
            .await;
        wrong.refused(422, "query_invalid");
        let thumb = cats["items"][1]["thumbnail_url"].as_str().unwrap();
        let picture = app.get(&app.owner, thumb).await;
        assert_eq!(picture.status.as_u16(), 200);
        assert!(
            picture.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("image/")
        );
        assert!(
            picture.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let tag = picture.headers["etag"].clone();
        let again = app
            .request(&app.owner, Method::GET, thumb)
            .header("if-none-match", tag);
        assert_eq!(app.answer(again).await.status.as_u16(), 304);
        let one = app
            .get(&app.owner, &format!("{PETS}/sample?key=a"))
            .await
            .expect(200);
        assert_eq!(
            one["provenance"][0]["provenance"]["made_by"]["kind"],
            "import"
        );
        app.get(&app.owner, &format!("{PETS}/sample?key=z"))
            .await
            .refused(404, "not_found");
        app.get(&app.owner, &format!("{PETS}/sample?key=a&x=1"))
            .await
            .refused(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn history_is_named_walked_and_compared() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        let first = commit_pets(&app, &[("a", "cat"), ("b", "dog")], &[]).await;
        let second = commit_pets(&app, &[("b", "cat"), ("c", "cat")], &[first]).await;
        let commits = app
            .get(&app.owner, &format!("{PETS}/commits?limit=1"))
            .await
            .expect(200);
        assert_eq!(commits["items"][0]["hash"], json!(second));
        assert_eq!(
            commits["items"][0]["counts"],
            json!({"samples": 3, "labels": 3})
        );
        let next = commits["next_cursor"].as_str().unwrap();
        let older = app
            .get(&app.owner, &format!("{PETS}/commits?limit=1&cursor={next}"))
            .await
            .expect(200);
        assert_eq!(
            (&older["items"][0]["hash"], &older["next_cursor"]),
            (&json!(first), &json!(null))
        );
        let diff = app
            .get(&app.owner, &format!("{PETS}/diff?a=main~1&b=main"))
            .await
            .expect(200);
        assert_eq!(diff["stat"]["samples_added"], 1);
        assert_eq!(diff["stat"]["labels_changed"], 1);
        let kinds: Vec<&str> = diff["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|item| item["kind"].as_str())
            .collect();
        assert!(
            kinds.contains(&"class_changed") && kinds.contains(&"sample_added"),
            "{kinds:?}"
        );
        let branches = format!("{PETS}/branches");
        let body = json!({"name": "try", "from": "main~1"});
        let made = app
            .post(&app.owner, &branches, body.clone())
            .await
            .expect(201);
        assert_eq!(made["commit"], json!(first));
        app.post(&app.owner, &branches, body)
            .await
            .refused(409, "ref_exists");
        let bad = app
            .post(
                &app.owner,
                &branches,
                json!({"name": "a..b/", "from": "main"}),
            )
            .await;
        bad.refused(422, "invalid_name");
        app.post(
            &app.owner,
            &format!("{PETS}/tags"),
            json!({"name": "v1", "at": "main"}),
        )
        .await
        .expect(201);
        let refs = app
            .get(&app.owner, &format!("{PETS}/refs"))
            .await
            .expect(200);
        assert_eq!(refs["branches"].as_array().unwrap().len(), 2);
        assert_eq!(refs["tags"][0]["name"], "v1");
        let gone = app
            .send(&app.owner, Method::DELETE, &format!("{branches}/try"), None)
            .await;
        gone.expect(204);
        let main = app
            .send(
                &app.owner,
                Method::DELETE,
                &format!("{branches}/main"),
                None,
            )
            .await;
        main.refused(409, "ref_protected");
        let jobs = app
            .get(&app.owner, "/api/v1/workspaces/lab/jobs")
            .await
            .expect(200);
        assert_eq!(
            jobs["items"].as_array().unwrap().len(),
            3,
            "each change of a ref is mirrored"
        );
        app.get(&app.owner, &format!("{PETS}/search?q=cat"))
            .await
            .refused(409, "not_indexed");
        let file = app
            .get(&app.owner, &format!("{PETS}/export?format=parquet"))
            .await;
        assert_eq!(
            (file.status.as_u16(), &file.bytes[..4]),
            (200, b"PAR1".as_slice())
        );
        let kind = file.headers["content-disposition"].to_str().unwrap();
        assert!(kind.starts_with("attachment"), "{kind}");
    })
    .await;
}

#[tokio::test]
async fn the_store_is_read_in_ranges_and_nothing_else_is() {
    on_both(async |app: TestApp| {
        make_pets(&app).await;
        commit_pets(&app, &[("a", "cat")], &[]).await;
        let store = app.state.stores.workspace("lab").await.unwrap();
        store
            .root
            .put("staging/secret", b"secret".as_slice().into())
            .await
            .unwrap();
        let base = "/api/v1/workspaces/lab/store";
        let listing = app
            .get(&app.owner, &format!("{base}/list"))
            .await
            .expect(200);
        let paths: Vec<&str> = listing["objects"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|o| o["path"].as_str())
            .collect();
        assert!(
            paths.contains(&"strata.json") && !paths.iter().any(|path| path.contains("secret"))
        );
        let pack = *paths
            .iter()
            .find(|path| path.starts_with("packs/"))
            .unwrap();
        let whole = app.get(&app.owner, &format!("{base}/objects/{pack}")).await;
        assert_eq!(whole.bytes, store.root.get(pack).await.unwrap());
        let ask = |range: &str, method: Method| {
            let request = app.request(&app.owner, method, &format!("{base}/objects/{pack}"));
            app.answer(request.header("range", range.to_owned()))
        };
        let part = ask("bytes=4-11", Method::GET).await;
        assert_eq!(
            (part.status.as_u16(), &part.bytes),
            (206, &whole.bytes[4..12].to_vec())
        );
        let total = whole.bytes.len();
        assert_eq!(
            part.headers["content-range"],
            format!("bytes 4-11/{total}").as_str()
        );
        ask(&format!("bytes={total}-"), Method::GET)
            .await
            .refused(416, "range_not_satisfiable");
        let head = app
            .send(
                &app.owner,
                Method::HEAD,
                &format!("{base}/objects/{pack}"),
                None,
            )
            .await;
        assert_eq!(head.headers["content-length"], total.to_string().as_str());
        for path in [
            "staging/secret",
            "packs/../staging/secret",
            "packs/%2e%2e/staging/secret",
            "packs",
            "",
        ] {
            let answer = app.get(&app.owner, &format!("{base}/objects/{path}")).await;
            answer.refused(404, "not_found");
        }
        let staging = app
            .get(&app.owner, &format!("{base}/list?prefix=staging"))
            .await
            .expect(200);
        assert_eq!(staging["objects"], json!([]));
    })
    .await;
}
