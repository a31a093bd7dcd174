//! `kill -9` of the real `strata` while it imports, commits, merges and collects garbage.
//!
//! Where `strace` may trace, the command is killed at its n-th change of the file system, for n over the whole
//! command: nothing in the product knows of it. Everywhere it is also killed at moments spread over its run.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::cut_off::{Stage, Task, on, steps, strata};
use crate::service::binary;

/// System calls that change what a folder holds, or bring it to the disk.
const CHANGES: &str = "?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?mkdir,?mkdirat,fsync,fdatasync,ftruncate";
/// How long each of them waits, in microseconds: so long there is to kill before the next one.
const DELAY_US: u32 = 2000;
/// Moments of one run at which it is killed without `strace`.
const MOMENTS: u32 = 5;

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Killed,
    /// It was through before, having made so many changes.
    Through(usize),
}

/// Whether processes can be traced here.
fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-D", "-f", "-qq", "-o", "/dev/null", "true"])
        .output();
    traced.is_ok_and(|output| output.status.success())
}

/// Runs a command and kills it once it has made so many changes.
fn kill_after(task: &Task, store: &std::path::Path, changes: usize) -> End {
    let mut command = Command::new("strace");
    // The traced process is the child then, not the tracer.
    command.args(["-D", "-f", "-qq", "-e"]);
    command.arg(format!("trace={CHANGES}")).arg("-e");
    command.arg(format!("inject={CHANGES}:delay_enter={DELAY_US}"));
    command.arg(binary().unwrap()).args(task.arguments());
    on(&mut command, store);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let (mut line, mut seen) = (String::new(), 0);
    while stderr.read_line(&mut line).unwrap() > 0 {
        seen += usize::from(line.contains("(DELAYED)"));
        line.clear();
        if seen == changes {
            child.kill().unwrap();
            break;
        }
    }
    // The tracer holds the pipe until the last thread is gone.
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    match child.wait().unwrap().code() {
        None => End::Killed,
        Some(0) => End::Through(seen),
        Some(code) => panic!("{}: it failed with {code}: {rest}", task.name),
    }
}

/// Kills a command at its changes; how many there were, and how many of them were tried.
fn at_changes(stage: &Stage, task: &Task) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let place = |step: usize| folder.path().join(format!("store{step}"));
    stage.copy_to(&place(0));
    let End::Through(total) = kill_after(task, &place(0), usize::MAX) else {
        panic!("{} was killed by someone else", task.name);
    };
    let mut killed = 0;
    for step in steps(total) {
        let store = place(step);
        stage.copy_to(&store);
        let end = kill_after(task, &store, step);
        killed += usize::from(end == End::Killed);
        let story = format!("{} after change {step} of {total}", task.name);
        stage.check(task, &store, &story);
        stage.complete(task, &store, &story);
        std::fs::remove_dir_all(&store).unwrap();
    }
    (total, killed)
}

/// Kills a command at moments of its run; how often it was not through by then.
fn at_moments(stage: &Stage, task: &Task) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("whole");
    stage.copy_to(&store);
    let begin = Instant::now();
    let whole = strata(&store).args(task.arguments()).output().unwrap();
    assert!(whole.status.success(), "{}", task.name);
    let took = begin.elapsed();
    let mut killed = 0;
    for moment in 1..=MOMENTS {
        let store = folder.path().join(format!("store{moment}"));
        stage.copy_to(&store);
        let mut child = strata(&store)
            .args(task.arguments())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(took * moment / (MOMENTS + 1));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let story = format!("{} after {moment}/{} of {took:?}", task.name, MOMENTS + 1);
        stage.check(task, &store, &story);
        stage.complete(task, &store, &story);
    }
    killed
}

#[test]
fn a_killed_command_leaves_nothing_but_garbage() {
    let begin = Instant::now();
    let stage = Stage::new();
    let can_trace = can_trace();
    if !can_trace {
        println!(
            "SKIPPED: strace can't trace here; kills come at moments only, not at each change"
        );
    }
    let try_one = |task: &Task| {
        let (total, killed) = match can_trace {
            true => at_changes(&stage, task),
            false => (0, 0),
        };
        let moments = at_moments(&stage, task);
        println!(
            "{}: {total} changes, killed at {killed} of them and at {moments} moments",
            task.name
        );
        assert!(!can_trace || killed > 2, "{} was hardly killed", task.name);
    };
    // Two at a time: most of it is waiting.
    let (one, other) = stage.tasks.split_at(stage.tasks.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| one.iter().for_each(try_one));
        other.iter().for_each(try_one);
    });
    println!("in {:?}", begin.elapsed());
}
