//! The whole labelling flow by HTTP.

use serde_json::{Value, json};

use crate::app::{TestApp, on_both};
use crate::work::{LAB, Work, says};

#[tokio::test]
async fn a_preview_counts_and_shows() {
    on_both(async |app: TestApp| {
        crate::work::dataset(&app, 30).await;
        let path = format!("{LAB}/projects/preview");
        let all = app
            .post(&app.owner, &path, json!({"dataset": "digits", "query": ""}))
            .await
            .expect(200);
        assert_eq!(
            (&all["count"], all["samples"].as_array().unwrap().len()),
            (&json!(30), 24)
        );
        let query = json!({"dataset": "digits", "query": "label = 'one'"});
        let some = app.post(&app.owner, &path, query).await.expect(200);
        assert_eq!(
            (&some["count"], &some["samples"][0]["key"]),
            (&json!(15), &json!("0000.png"))
        );
        let wrong = json!({"dataset": "digits", "query": "label ="});
        let refused = app.post(&app.owner, &path, wrong).await;
        refused.refused(422, "query_invalid");
        assert!(
            refused.body["place"]
                .as_str()
                .unwrap()
                .contains("character")
        );
    })
    .await;
}

#[tokio::test]
async fn from_a_task_to_an_accepted_answer() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            3,
            json!({"overlap": 1, "review": true, "lease_seconds": 900}),
        )
        .await;
        let (annotator, reviewer) = (app.member("annotator").await, app.member("reviewer").await);
        let task = work.next(&annotator).await.expect(200);
        assert_eq!(
            (&task["seq"], &task["sample"]["key"]),
            (&json!(1), &json!("0000.png"))
        );
        assert_eq!(task["standard"]["content"]["title"], "Digits");
        let again = work.next(&annotator).await.expect(200);
        assert_eq!(
            again["assignment"]["fence"], task["assignment"]["fence"],
            "two tabs share one lease"
        );
        let path = format!("{LAB}/tasks/{}/draft", task["id"].as_str().unwrap());
        let draft =
            json!({"fence": task["assignment"]["fence"], "revision": 0, "result": {"items": []}});
        let put = reqwest::Method::PUT;
        let saved = app
            .send(&annotator, put.clone(), &path, Some(draft.clone()))
            .await
            .expect(200);
        assert_eq!(saved["revision"], 1);
        app.send(&annotator, put, &path, Some(draft))
            .await
            .refused(409, "draft_stale");
        assert_eq!(
            work.next(&annotator).await.expect(200)["draft"]["revision"],
            1
        );
        let stored = work
            .submit(&annotator, &task, says("two"))
            .await
            .expect(200);
        assert_eq!(stored["task_state"], "in_review");
        work.next_review(&annotator).await.refused(403, "forbidden");
        rejected_and_redone(&work, &annotator, &reviewer, &stored).await;
        let progress = work.progress().await;
        assert_eq!(
            (&progress["accepted"], &progress["open"]),
            (&json!(1), &json!(2))
        );
        assert_eq!(progress["by_class"], json!({"one": 1}));
        let who = &progress["by_annotator"][0];
        assert_eq!(
            (&who["submitted"], &who["rejected"], &who["accepted"]),
            (&json!(2), &json!(1), &json!(1))
        );
    })
    .await;
}

async fn rejected_and_redone(
    work: &Work<'_>,
    annotator: &crate::app::Who,
    reviewer: &crate::app::Who,
    stored: &Value,
) {
    let review = work.next_review(reviewer).await.expect(200);
    assert_eq!(review["annotations"][0]["id"], stored["annotation_id"]);
    assert_eq!(
        review["annotations"][0]["user"]["email"],
        "annotator@lab.org"
    );
    let judge = |task: &Value, decision: &str| {
        json!({"fence": task["assignment"]["fence"], "annotation_id": task["annotations"][0]["id"],
            "decision": decision, "comment": "it is a one"})
    };
    let rejected = work
        .change(
            reviewer,
            &review,
            ("review", "reject-key-1"),
            judge(&review, "reject"),
        )
        .await;
    assert_eq!(rejected.expect(200)["task_state"], "open");
    assert_eq!(work.progress().await["returned"], 1);
    let returned = work.next(annotator).await.expect(200);
    assert_eq!(returned["id"], review["id"]);
    assert_eq!(returned["previous"]["review_comment"], "it is a one");
    work.submit(annotator, &returned, says("one"))
        .await
        .expect(200);
    let review = work.next_review(reviewer).await.expect(200);
    let accepted = work
        .change(
            reviewer,
            &review,
            ("review", "accept-key-1"),
            judge(&review, "accept"),
        )
        .await;
    let accepted = accepted.expect(200);
    assert_eq!(
        (&accepted["task_state"], &accepted["annotation_id"]),
        (&json!("accepted"), &review["annotations"][0]["id"])
    );
    let happened = work.events(&review).await;
    let expected = [
        "leased",
        "submitted",
        "leased",
        "rejected",
        "leased",
        "submitted",
        "leased",
        "accepted",
    ];
    assert_eq!(happened, expected);
    work.next_review(reviewer).await.expect(204);
}

#[tokio::test]
async fn a_reviewer_fixes_and_skips_and_releases_are_counted() {
    on_both(async |app: TestApp| {
        let work = Work::start(&app, 2, json!({"overlap": 1, "review": true, "lease_seconds": 900})).await;
        let annotator = app.member("annotator").await;
        let task = work.next(&annotator).await.expect(200);
        work.submit(&annotator, &task, says("two")).await.expect(200);
        let review = work.next_review(&app.owner).await.expect(200);
        let fix = json!({"fence": review["assignment"]["fence"], "annotation_id": review["annotations"][0]["id"],
            "decision": "fix", "result": says("one")});
        let fixed = work.change(&app.owner, &review, ("review", "fix-key-1"), fix).await.expect(200);
        assert_eq!(fixed["task_state"], "accepted");
        assert_ne!(fixed["annotation_id"], review["annotations"][0]["id"]);
        assert_eq!(work.progress().await["by_class"], json!({"one": 1}));
        let task = work.next(&annotator).await.expect(200);
        let fence = json!({"fence": task["assignment"]["fence"]});
        let renewed = work.change(&annotator, &task, ("renew", "renew-key-1"), fence.clone()).await.expect(200);
        assert_eq!(renewed["fence"], task["assignment"]["fence"]);
        work.change(&annotator, &task, ("release", "release-key"), fence).await.expect(200);
        let task = work.next(&annotator).await.expect(200);
        let skip = json!({"fence": task["assignment"]["fence"], "reason": "unreadable"});
        let skipped = work.change(&annotator, &task, ("skip", "skip-key-1"), skip.clone()).await.expect(200);
        assert_eq!(skipped["task_state"], "skipped");
        let retried = work.change(&annotator, &task, ("skip", "skip-key-1"), skip).await.expect(200);
        assert_eq!(retried, skipped);
        work.next(&annotator).await.expect(204);
        let path = format!("{LAB}/tasks/{}/reopen", task["id"].as_str().unwrap());
        app.post(&annotator, &path, json!({})).await.refused(403, "forbidden");
        let open = app.post(&app.owner, &path, json!({})).await.expect(200);
        assert_eq!(open["task_state"], "open");
        app.post(&app.owner, &path, json!({})).await.refused(409, "task_state");
        assert_eq!(work.next(&annotator).await.expect(200)["id"], task["id"]);
        let happened = work.events(&task).await;
        assert_eq!(happened, ["leased", "released", "leased", "skipped", "reopened", "leased"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_reviews_their_own_answer_but_owners_and_the_only_reviewer() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            3,
            json!({"overlap": 1, "review": true, "lease_seconds": 900}),
        )
        .await;
        let reviewer = app.member("reviewer").await;
        let task = work.next(&reviewer).await.expect(200);
        work.submit(&reviewer, &task, says("one")).await.expect(200);
        work.next_review(&reviewer).await.expect(204);
        let mine = work.next(&app.owner).await.expect(200);
        work.submit(&app.owner, &mine, says("one"))
            .await
            .expect(200);
        let first = work.next_review(&app.owner).await.expect(200);
        assert_eq!(first["id"], task["id"]);
        let theirs = work.next_review(&reviewer).await.expect(200);
        assert_eq!(theirs["id"], mine["id"]);
    })
    .await;
}

#[tokio::test]
async fn several_answers_to_one_task_agree_or_not() {
    on_both(async |app: TestApp| {
        let work = Work::start(
            &app,
            2,
            json!({"overlap": 3, "review": false, "lease_seconds": 900}),
        )
        .await;
        let people = [
            app.member("annotator").await,
            app.member("reviewer").await,
            app.member("manager").await,
        ];
        for (who, class) in people.iter().zip(["two", "one", "one"]) {
            let task = work.next(who).await.expect(200);
            assert_eq!(task["seq"], 1);
            work.submit(who, &task, says(class)).await.expect(200);
            assert_eq!(
                work.next(who).await.expect(200)["seq"],
                2,
                "nobody answers twice"
            );
        }
        let progress = work.progress().await;
        assert_eq!(
            (&progress["accepted"], &progress["by_class"]),
            (&json!(1), &json!({"one": 1}))
        );
        let agreement = &progress["agreement"];
        assert_eq!(agreement["tasks"], 1);
        assert!((agreement["mean"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9);
        work.next(&app.owner).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn tasks_are_made_ready_besides_those_in_hand() {
    on_both(async |app: TestApp| {
        let workflow = json!({"overlap": 1, "review": false, "lease_seconds": 900});
        let work = Work::start(&app, 6, workflow).await;
        let annotator = app.member("annotator").await;
        let other = &app.owner;
        let id = |task: &Value| task["id"].as_str().unwrap().to_owned();
        let mut held: Vec<String> = Vec::new();
        for _ in 0..4 {
            let task = work.next_besides(&annotator, &held.join(",")).await.expect(200);
            assert!(!held.contains(&id(&task)));
            held.push(id(&task));
        }
        // Four are as many as one may hold; without `besides` one of them is answered again.
        work.next_besides(&annotator, &held.join(",")).await.expect(204);
        let again = work.next(&annotator).await.expect(200);
        assert!(held.contains(&id(&again)));
        // What one holds, nobody else gets.
        let theirs = work.next(other).await.expect(200);
        assert!(!held.contains(&id(&theirs)));
        let answer = json!({"items": [{"id": "c", "layer": "label", "kind": "classification", "class": "one"}]});
        work.submit(&annotator, &again, answer).await.expect(200);
        let open: Vec<&str> = held.iter().map(String::as_str).filter(|held| **held != id(&again)).collect();
        let more = work.next_besides(&annotator, &open.join(",")).await.expect(200);
        assert!(!held.contains(&id(&more)));
        let refused = work.next_besides(&annotator, "nonsense").await;
        refused.refused(400, "invalid_parameter");
        assert_eq!(refused.body["place"], "besides");
        let many = vec![held[0].as_str(); 17].join(",");
        work.next_besides(&annotator, &many).await.refused(400, "invalid_parameter");
    })
    .await;
}
