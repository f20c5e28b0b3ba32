use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::page::{Page, root};

/// What Grafana would put in place of its variables.
const VARIABLES: [(&str, &str); 6] = [
    ("$__rate_interval", "2m"),
    ("$__interval", "30s"),
    ("$__range", "1h"),
    ("$job", ".+"),
    ("$api", ".+"),
    ("$instance", ".+"),
];

fn filled_in(query: &str) -> String {
    let query =
        VARIABLES.iter().fold(query.to_owned(), |query, (name, value)| query.replace(name, value));
    // `$1` is a group of a regular expression.
    let left = query.split('$').skip(1).find(|rest| rest.starts_with(|c: char| !c.is_numeric()));
    assert_eq!(left, None, "what is this variable?");
    query
}

/// Has `promtool` parse a file of rules; says how many it found.
fn check_rules(file: &Path) -> Result<usize, String> {
    let checked = Command::new("promtool").args(["check", "rules"]).arg(file).output();
    let checked = checked.expect("promtool is installed");
    let said = String::from_utf8_lossy(&checked.stdout);
    let found = said.split_once("SUCCESS: ").and_then(|(_, rest)| rest.split(' ').next());
    let found = found.and_then(|found| found.parse().ok());
    let problem = String::from_utf8_lossy(&checked.stderr);
    let good = checked.status.success().then_some(found).flatten();
    good.ok_or_else(|| format!("{}: {said}{problem}", checked.status))
}

fn check(rules: &str) -> Result<usize, String> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("rules.yml");
    fs::write(&file, rules).expect("a file of rules");
    check_rules(&file)
}

/// Each query as a rule, in the JSON that YAML takes in too.
fn rules(queries: &[String]) -> String {
    let rules: Vec<Value> = queries
        .iter()
        .enumerate()
        .map(|(at, query)| json!({ "record": format!("query_{at}"), "expr": query }))
        .collect();
    json!({ "groups": [{ "name": "queries", "rules": rules }] }).to_string()
}

#[test]
fn each_query_is_one() {
    let mut found = 0;
    for page in Page::all() {
        let blocks = page.blocks().filter(|block| block.language == "promql");
        let queries: Vec<_> = blocks.map(|block| filled_in(&block.code)).collect();
        assert_eq!(check(&rules(&queries)), Ok(queries.len()), "{}", page.path.display());
        found += queries.len();
    }
    assert!(found > 20, "{found}");
}

#[test]
fn each_file_of_rules_is_one() {
    let pages = Page::all();
    let blocks = pages.iter().flat_map(Page::blocks).filter(|block| block.language == "yaml");
    let files: Vec<_> = blocks.filter(|block| block.code.starts_with("groups:")).collect();
    for file in &files {
        let rules = file.code.matches("expr:").count();
        assert_eq!(check(&filled_in(&file.code)), Ok(rules), "{}", file.code);
    }
    assert!(!files.is_empty(), "there are some");
}

#[test]
fn what_is_no_query_is_found() {
    let nested = ["rate(sum(request_processing_counter)[2m])".to_owned()];
    let problem = check(&rules(&nested)).expect_err("the rate of a sum is no query");
    assert!(problem.contains("ranges only allowed for vector selectors"), "{problem}");
}

#[test]
fn the_numbers_in_the_pages_are_those_of_prometheus() {
    let file = root().join("tests/pages/examples.yml");
    let tested = Command::new("promtool").args(["test", "rules"]).arg(file).output();
    let tested = tested.expect("promtool is installed");
    let said = String::from_utf8_lossy(&tested.stdout);
    assert!(tested.status.success(), "{said}{}", String::from_utf8_lossy(&tested.stderr));
    assert!(said.contains("SUCCESS"), "{said}");
}
