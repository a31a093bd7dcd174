//! The command line against a server: import over HTTP, then history and bytes read back the same way.

#![allow(
    clippy::disallowed_methods,
    reason = "a test outside the service has a clock, ids and settings of its own"
)]

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::service::{Caller, Service, binary, http, token_for};

const PASSWORD: &str = "correct horse battery staple";

/// `strata` with a token.
struct Strata<'a> {
    token: &'a str,
}

impl Strata<'_> {
    async fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(binary()?);
        command.args(arguments).env("STRATA_TOKEN", self.token);
        command.env_remove("STRATA_STORE").env_remove("RUST_LOG");
        Ok(command.output().await?)
    }

    /// A command that must succeed; each line it prints is JSON.
    async fn lines(&self, arguments: &[&str]) -> Result<Vec<Value>> {
        let output = self.run(&[&["--json"], arguments].concat()).await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8(output.stdout)?;
        ensure!(output.status.success(), "{arguments:?}: {errors}{printed}");
        let values = printed.lines().map(serde_json::from_str);
        Ok(values.collect::<Result<_, _>>()?)
    }

    async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let mut lines = self.lines(arguments).await?;
        lines.pop().context("the command printed nothing")
    }

    /// A command that must fail with exit code 1: what it says.
    async fn refused(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments).await?;
        let errors = String::from_utf8(output.stderr)?;
        ensure!(output.status.code() == Some(1), "{arguments:?}: {errors}");
        Ok(errors)
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is UTF-8")
}

/// A folder of pictures, one with a name beyond ASCII, one that is none.
fn pictures(folder: &Path) -> Result<()> {
    testkit::image_folder(folder, &["train", "test"], &["cat", "dog"], 3);
    let named = folder.join("train/cat/图 \"七\".png");
    std::fs::write(named, testkit::png(30, 20, 99))?;
    std::fs::write(folder.join("train/cat/broken.png"), b"\x89PNG\r\n\x1a\n")?;
    Ok(std::fs::write(folder.join(".hidden"), "not to be sent")?)
}

/// The same two imports into both stores, each done twice: the second time there is nothing new.
async fn import_on_both_sides(strata: &Strata<'_>, stores: [&str; 2], source: &Path) -> Result<()> {
    pictures(source)?;
    for message in ["first", "second"] {
        let mut outcomes = Vec::new();
        for store in stores {
            let place = ["import", "--store", store, "--dataset", "pets"];
            let import = [&place[..], &["-m", message, text(source)]].concat();
            let mut outcome = strata.json(&import).await?;
            ensure!(outcome["committed"] == true, "{outcome}");
            let refused = &outcome["refusals"][0]["path"];
            ensure!(refused == "train/cat/broken.png", "{outcome}");
            // Files are known by their times once those are older than the grain of the clock.
            for own in ["commit", "bytes_read", "bytes_stored", "files_known"] {
                outcome[own].take();
            }
            outcomes.push(outcome);
            let again = strata.json(&import).await?;
            ensure!(again["committed"] == false, "{again}");
        }
        ensure!(outcomes[0] == outcomes[1], "{outcomes:?}");
        std::fs::write(source.join("train/dog/000.png"), testkit::png(9, 9, 123))?;
        std::fs::write(source.join("test/dog/new.png"), testkit::png(9, 9, 124))?;
    }
    Ok(())
}

/// What the log says that does not depend on when and by whom.
async fn history(strata: &Strata<'_>, store: &str) -> Result<Vec<Value>> {
    let log = strata.json(&["log", "--store", store]).await?;
    let commits = log.as_array().context("the log is a list")?;
    let told = ["message", "tree", "counts"];
    let told = commits
        .iter()
        .map(|commit| json!(told.map(|name| &commit[name])));
    Ok(told.collect())
}

/// A server's store and a local one that got the same imports give the same answers.
async fn same_on_both_sides(strata: &Strata<'_>, stores: [&str; 2], folder: &Path) -> Result<()> {
    let (mut histories, mut diffs) = (Vec::new(), Vec::new());
    for store in stores {
        histories.push(history(strata, store).await?);
        let diff = ["diff", "main~1", "main", "--store", store];
        diffs.push(strata.lines(&diff).await?);
        let clean = strata.json(&["fsck", "--store", store]).await?;
        ensure!(clean["problems"] == json!([]), "{clean}");
    }
    ensure!(histories[0] == histories[1], "{histories:?}");
    ensure!(histories[0].len() == 2, "{histories:?}");
    ensure!(diffs[0] == diffs[1], "{diffs:?}");
    ensure!(diffs[0].len() == 3, "{diffs:?}");
    for reference in ["main", "main~1"] {
        let outs = ["there", "here"].map(|side| folder.join(format!("{reference}-{side}")));
        for (store, out) in stores.iter().zip(&outs) {
            let checkout = ["checkout", "--ref", reference, "--store", store, text(out)];
            strata.json(&checkout).await?;
        }
        let same = Command::new("diff").arg("-r").args(&outs).output().await?;
        ensure!(same.status.success(), "{same:?}");
        let named = outs[0].join("train/cat/图 \"七\".png");
        ensure!(named.exists(), "all names come back");
    }
    Ok(())
}

/// An import waits for a server that is away for a moment, and for its worker.
async fn import_over_a_restart(
    strata: &Strata<'_>,
    remote: &str,
    service: &mut Service,
) -> Result<()> {
    service.kill().await?;
    service.start_with(&["--no-worker"]).await?;
    let file = service.folder.path().join("texts.jsonl");
    std::fs::write(&file, testkit::text_jsonl(&[("a", "fine", "pos")]))?;
    let import = [
        "import",
        "--store",
        remote,
        "--dataset",
        "texts",
        text(&file),
    ];
    let restart = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        service.kill().await?;
        service.start().await
    };
    let (outcome, restarted) = tokio::join!(strata.json(&import), restart);
    restarted?;
    let outcome = outcome?;
    ensure!(outcome["added"] == 1, "{outcome}");
    Ok(())
}

/// What the command line says when the server refuses.
async fn refusals(strata: &Strata<'_>, server: &str, slug: &str, folder: &Path) -> Result<()> {
    let source = folder.join("pictures");
    let remote = format!("{server}/{slug}");
    let wrong = Strata {
        token: "strata_wrong",
    };
    let import = |store: &str| {
        [
            "import",
            "--store",
            store,
            "--dataset",
            "pets",
            text(&source),
        ]
        .map(str::to_owned)
    };
    for store in [server, &remote] {
        for command in [
            vec!["log".to_owned(), "--store".to_owned(), store.to_owned()],
            import(store).to_vec(),
        ] {
            let command: Vec<_> = command.iter().map(String::as_str).collect();
            let said = wrong.refused(&command).await?;
            ensure!(said.contains("token") || said.contains("401"), "{said}");
        }
    }
    let strange = format!("{server}/strangers");
    let said = strata.refused(&["log", "--store", &strange]).await?;
    ensure!(said.contains("no workspace was found"), "{said}");
    let strange = import(&strange);
    let said = strata
        .refused(&strange.each_ref().map(String::as_str))
        .await?;
    ensure!(said.contains("not_found"), "{said}");

    let nothing = folder.join("nothing");
    std::fs::create_dir_all(&nothing)?;
    std::fs::write(nothing.join("a.png"), "no picture")?;
    let import = [
        "import",
        "--store",
        &remote,
        "--dataset",
        "pets",
        text(&nothing),
    ];
    let said = strata.refused(&import).await?;
    ensure!(
        said.contains("refused: a.png") && said.contains("nothing_imported"),
        "{said}"
    );
    Ok(())
}

/// Makes a workspace that the token, which is good for another one, may not see.
async fn make_strange_workspace(base: &str) -> Result<()> {
    let http = http()?;
    let credentials = json!({"email": "owner@example.org", "password": PASSWORD});
    let signed_in = http.post(format!("{base}/session")).json(&credentials);
    let answer = signed_in.send().await?.error_for_status()?;
    let cookie = answer.headers()["set-cookie"].to_str()?.split(';').next();
    let cookie = cookie.context("a cookie")?.to_owned();
    let me: Value = answer.json().await?;
    let csrf = me["csrf_token"].as_str().context("csrf_token")?;
    let new = http.post(format!("{base}/workspaces"));
    let new = new.header("cookie", cookie).header("x-strata-csrf", csrf);
    let made = new.json(&json!({"slug": "strangers", "name": "Strangers"}));
    made.send().await?.error_for_status()?;
    Ok(())
}

/// Branches, tags, merges and reverts are done by the server, and seen at once: its database has the
/// refs, the store gets them later.
async fn refs_move_on_the_server(strata: &Strata<'_>, store: &str) -> Result<()> {
    let place = ["--store", store, "--dataset", "pets"];
    let run = async |arguments: &[&str]| strata.json(&[arguments, &place[..]].concat()).await;
    let tree = async |reference: &str| {
        Ok::<_, anyhow::Error>(run(&["show", reference]).await?["tree"].take())
    };
    let made = run(&["branch", "team/try", "main~1"]).await?;
    run(&["tag", "v1", "main"]).await?;
    let listed = run(&["branch"]).await?;
    ensure!(
        listed[1]["name"] == "team/try" && listed[1]["commit"] == made["commit"],
        "{listed}"
    );
    let twice = strata
        .refused(&[&["tag", "v1"], &place[..]].concat())
        .await?;
    ensure!(twice.contains("ref_exists"), "{twice}");
    let reverted = run(&["revert", "main"]).await?;
    ensure!(reverted["outcome"] == "merged", "{reverted}");
    ensure!(
        tree("main").await? == tree("main~2").await?,
        "the revert takes all back"
    );
    ensure!(tree("v1").await? == tree("main~1").await?, "the tag stays");
    let forward = run(&["merge", "main", "--into", "team/try"]).await?;
    ensure!(
        forward["outcome"] == "fast_forward" && forward["commit"] == reverted["commit"],
        "{forward}"
    );
    let again = run(&["merge", "main", "--into", "team/try"]).await?;
    ensure!(again["outcome"] == "up_to_date", "{again}");
    run(&["branch", "--delete", "team/try"]).await?;
    run(&["tag", "--delete", "v1"]).await?;
    ensure!(run(&["tag"]).await? == json!([]), "the tag is gone");
    Ok(())
}

/// What protects branches, and commits that need no files, are the server's to make; what works on a store itself
/// is refused by name.
async fn rules_on_the_server(strata: &Strata<'_>, store: &str, folder: &Path) -> Result<()> {
    let place = ["--store", store, "--dataset", "pets"];
    let run = async |arguments: &[&str]| strata.json(&[arguments, &place[..]].concat()).await;
    let refused = async |arguments: &[&str]| {
        let said = strata
            .refused(&[&["--json"], arguments, &place[..]].concat())
            .await?;
        let said: Value = serde_json::from_str(said.trim())?;
        Ok::<_, anyhow::Error>(said["code"].clone())
    };
    let gates = folder.join("gates.json");
    let check = json!({"kind": "class_minima", "minima": {"bird": 1}});
    std::fs::write(
        &gates,
        json!([{"name": "birds", "check": check}]).to_string(),
    )?;
    ensure!(run(&["protect"]).await? == json!([]), "no rules at first");
    let rules = run(&["protect", "main", "--gates", text(&gates)]).await?;
    ensure!(rules[0]["gates"][0]["name"] == "birds", "{rules}");
    ensure!(run(&["protect"]).await? == rules, "the rules stay");
    let code = refused(&["split", "train=8", "test=2"]).await?;
    ensure!(code == "gates_failed", "{code}");
    let asked = strata
        .run(&[&["--json", "gate", "run"], &place[..]].concat())
        .await?;
    ensure!(asked.status.code() == Some(1), "{asked:?}");
    let asked: Value = serde_json::from_slice(&asked.stdout)?;
    ensure!(
        asked["passed"] == false && asked["results"][0]["gate"] == "birds",
        "{asked}"
    );
    let shown = run(&["gate", "show", "main"]).await?;
    ensure!(shown["commit"] == asked["commit"], "{shown}");
    ensure!(
        !run(&["gate", "list"])
            .await?
            .as_array()
            .context("a list")?
            .is_empty(),
        "asked"
    );
    ensure!(
        run(&["protect", "main", "--remove"]).await? == json!([]),
        "it is gone"
    );

    ensure!(run(&["split"]).await?["rule"].is_null(), "no rule at first");
    let set = run(&["split", "train=8", "test=2", "--salt", "s"]).await?;
    ensure!(set["committed"] == true, "{set}");
    let again = run(&["split", "train=8", "test=2", "--salt", "s"]).await?;
    ensure!(
        again["committed"] == false && again["commit"] == set["commit"],
        "{again}"
    );
    ensure!(
        run(&["split"]).await? == json!({"commit": set["commit"], "rule": set["rule"]}),
        "shown"
    );
    let moved = run(&["mv", "train/cat", "train/kitten"]).await?;
    ensure!(moved["branch"] == "main", "{moved}");
    let built = run(&["view", "build"]).await?;
    ensure!(
        built["commit"] == moved["commit"] && built["files"] == 1,
        "{built}"
    );
    let view = run(&["view", "show"]).await?;
    ensure!(view["hash"] == moved["commit"], "{view}");
    let out = folder.join("croissant");
    run(&["export", "--format", "croissant", text(&out)]).await?;
    ensure!(out.join("croissant.json").exists(), "a description");
    let old = folder.join("croissant-of-old");
    run(&[
        "export",
        "--format",
        "croissant",
        "--ref",
        "main~2",
        text(&old),
    ])
    .await?;

    for own in [
        &["import", "--in-place", "s3://bucket/raw"][..],
        &["import", "s3://bucket/raw"],
    ] {
        ensure!(refused(own).await? == "not_over_http", "{own:?}");
    }
    Ok(())
}

/// A server erases and collects in its own store.
async fn upkeep(strata: &Strata<'_>, store: &str) -> Result<()> {
    let key = "train/kitten/000.png";
    let erase = ["erase", "--store", store, key, "--reason", "asked"];
    let would = strata.json(&[&erase[..], &["--dry-run"]].concat()).await?;
    ensure!(
        would["keys"] == 1 && would["packs_rewritten"] == 0,
        "{would}"
    );
    let erased = strata.json(&erase).await?;
    ensure!(
        erased["keys"] == 1 && erased["rows"] == would["rows"],
        "{erased}"
    );
    let again = strata.json(&erase).await?;
    ensure!(again["rows"] == 0, "{again}");
    let collected = strata.json(&["gc", "--store", store]).await?;
    ensure!(collected["live_commits"].as_u64() > Some(1), "{collected}");
    let part = ["--json", "gc", "--store", store, "--grace", "30m"];
    let refused = strata.refused(&part).await?;
    ensure!(refused.contains("whole hours"), "{refused}");
    Ok(())
}

/// A checkout and any files: a server imports them as a store of one's own does.
async fn all_formats(strata: &Strata<'_>, stores: [&str; 2], folder: &Path) -> Result<()> {
    let checkout = folder.join("main-here");
    let files = folder.join("files");
    std::fs::create_dir_all(files.join("a"))?;
    std::fs::write(files.join("a/图.bin"), vec![7; 9 << 20])?;
    std::fs::write(files.join("b.txt"), "b")?;
    for (format, dataset, path) in [("checkout", "again", &checkout), ("files", "files", &files)] {
        let mut trees = Vec::new();
        for store in stores {
            let import = ["import", "--store", store, "--dataset", dataset];
            let import = [&import[..], &["--format", format, text(path)]].concat();
            let outcome = strata.json(&import).await?;
            ensure!(
                outcome["refused"] == 0 && outcome["committed"] == true,
                "{outcome}"
            );
            trees.push(outcome["tree"].clone());
        }
        ensure!(trees[0] == trees[1], "{format}: {trees:?}");
    }
    Ok(())
}

async fn run(service: &mut Service) -> Result<()> {
    service.start().await?;
    let server = format!("http://127.0.0.1:{}", service.port);
    let base = format!("{server}/api/v1");
    let owner = json!({"email": "owner@example.org", "name": "Owner", "password": PASSWORD, "workspace_name": "Own"});
    let (token, slug) = token_for(&base, "/setup", owner).await?;
    let strata = Strata { token: &token };
    let folder = tempfile::tempdir()?;
    // The token reaches one workspace, so the server alone is address enough.
    let listed = strata.refused(&["log", "--store", &server]).await?;
    ensure!(listed.contains("there is no dataset yet"), "{listed}");
    let remote = format!("{server}/{slug}");
    let local = folder.path().join("local");
    strata.json(&["init", "--store", text(&local)]).await?;
    let stores = [remote.as_str(), text(&local)];
    import_on_both_sides(&strata, stores, &folder.path().join("pictures")).await?;
    same_on_both_sides(&strata, stores, folder.path()).await?;
    let caller = Caller {
        http: http()?,
        base,
        token: token.clone(),
    };
    let pets = format!("/workspaces/{slug}/datasets/pets");
    let head = caller.call("GET", &pets, None).await?["head"]["commit"].take();
    let log = strata.json(&["log", "--store", &server]).await?;
    ensure!(log[0]["hash"] == head, "{log} is not at {head}");
    make_strange_workspace(&caller.base).await?;
    refusals(&strata, &server, &slug, folder.path()).await?;
    import_over_a_restart(&strata, &remote, service).await?;
    refs_move_on_the_server(&strata, &remote).await?;
    rules_on_the_server(&strata, &remote, folder.path()).await?;
    all_formats(&strata, stores, folder.path()).await?;
    upkeep(&strata, &remote).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_is_a_store_like_any_other() {
    let mut service = Service::new().unwrap();
    let result = run(&mut service).await;
    let log = service.log();
    service.kill().await.unwrap();
    if let Err(error) = result {
        panic!("{error:?}\n--- the service's log ends with ---\n{log}");
    }
}
