//! The program that shows what a directory holds.

use tallymark_tests::{Process, agent, program, told};
use tempfile::TempDir;

use crate::jobs::start;

#[test]
fn it_serves_and_prints_what_processes_count_and_is_none_of_them() {
    let above = TempDir::new().expect("a folder");
    let directory = above.path().join("metrics");
    let mut command = program();
    command.arg("serve").arg(&directory).args(["--listen", "127.0.0.1:0"]);
    let serving = Process::start(&mut command);
    let line = serving.line();
    let address = line.strip_prefix("metrics are on ").expect("an address");
    let served = || {
        let mut answer = agent().get(address).call().expect("an answer");
        answer.body_mut().read_to_string().expect("text")
    };
    assert_eq!(told(&served()), Vec::<&str>::new());

    let [mut one, mut other] = [3, 4].map(|jobs| start(&directory, jobs));
    assert_eq!(told(&served()), ["jobs_total 7"]);
    let printed = program().arg("collect").arg(&directory).output().expect("it runs");
    assert!(printed.status.success(), "{printed:?}");
    assert_eq!(told(&String::from_utf8(printed.stdout).expect("text")), ["jobs_total 7"]);
    one.kill();
    other.kill();
    assert_eq!(told(&served()), ["jobs_total 7"]);
    // Nobody lives by its reading.
    let _anew = start(&directory, 1);
    assert_eq!(told(&served()), ["jobs_total 1"]);
}

#[test]
fn to_print_what_is_no_directory_is_a_mistake() {
    let above = TempDir::new().expect("a folder");
    let none = above.path().join("none");
    let printed = program().arg("collect").arg(&none).output().expect("it runs");
    assert_eq!(printed.status.code(), Some(1), "{printed:?}");
    assert!(printed.stdout.is_empty(), "{printed:?}");
    let said = String::from_utf8(printed.stderr).expect("text");
    assert!(said.contains(none.to_str().expect("text")), "{said}");
}
