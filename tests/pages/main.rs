//! The pages for readers: their links lead somewhere, the two READMEs say the same, and the queries are
//! queries.

mod page;
#[cfg(feature = "e2e")]
mod queries;

use std::path::{Component, PathBuf};

use page::{Block, Page, Section, root};

/// From one page to another file of the repository, without `..`.
fn target(page: &Page, link: &str) -> PathBuf {
    let folder = page.path.parent().expect("the path of a file");
    let mut target = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::ParentDir => assert!(target.pop(), "{link} leads out of the repository"),
            Component::CurDir => {}
            _ => panic!("{link} is no relative link"),
        }
    }
    target
}

fn check(page: &Page, link: &str) -> Result<(), String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { page.path.clone() } else { target(page, path) };
    if !root().join(&target).exists() {
        return Err(format!("{}: there is no {}", page.path.display(), target.display()));
    }
    if anchor.is_empty() {
        return Ok(());
    }
    let anchors = Page::read(target).anchors();
    if anchors.iter().any(|found| found == anchor) {
        return Ok(());
    }
    Err(format!("{}: {link} has one of {anchors:?}", page.path.display()))
}

#[test]
fn links_lead_somewhere() {
    let mut checked = 0;
    let mut dead = Vec::new();
    for page in Page::all() {
        let links = page.sections.iter().flat_map(Section::links);
        for link in links.filter(|link| !link.starts_with("http")) {
            checked += 1;
            dead.extend(check(&page, &link).err());
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(checked > 20, "{checked} links are not all there are");
}

#[test]
fn dead_links_are_found() {
    let page = Page::read("docs/metrics.md".into());
    for link in ["#windows", "../README.md", "../README.md#license", "../benches"] {
        assert_eq!(check(&page, link), Ok(()));
    }
    for link in ["#doors", "README.md", "../README.md#licence"] {
        assert!(check(&page, link).is_err(), "{link}");
    }
}

fn readmes() -> [Page; 2] {
    ["README.md", "README.zh-CN.md"].map(|path| Page::read(path.into()))
}

#[test]
fn the_headings_of_the_readmes_correspond() {
    let [english, chinese] = readmes().map(|page| {
        let levels: Vec<_> = page.sections.iter().map(|section| section.level).collect();
        levels
    });
    assert_eq!(english, chinese);
    assert!(english.len() > 10, "{english:?}");
}

/// A block in which comments are there, but not what they say.
fn without_words(block: &Block) -> String {
    let mark = match &*block.language {
        "rust" => "//",
        "console" | "promql" | "yaml" => "#",
        "text" => return block.code.clone(),
        other => panic!("nothing is known of comments in {other:?}"),
    };
    let lines = block.code.lines().map(|line| {
        // Within a word it is part of something else, such as `http://`.
        let own = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
        let found = line.match_indices(mark).map(|(at, _)| at).find(|at| own(*at));
        let end = found.map_or(line.len(), |at| at + mark.len());
        line[..end].to_owned() + "\n"
    });
    lines.collect()
}

#[test]
fn the_commands_and_the_code_of_the_readmes_are_the_same() {
    let [english, chinese] = readmes();
    let blocks = |page: &Page| -> Vec<(String, String)> {
        page.blocks().map(|block| (block.language.clone(), without_words(block))).collect()
    };
    assert_eq!(blocks(&english), blocks(&chinese));
    for language in ["console", "rust", "promql", "text"] {
        let found = english.blocks().any(|block| block.language == language);
        assert!(found, "there is no {language} in it");
    }
}

#[test]
fn what_comments_say_may_differ_and_nothing_else() {
    let code =
        |code: &str| without_words(&Block { language: "rust".to_owned(), code: code.to_owned() });
    assert_eq!(code("deploy(); // as before"), code("deploy(); // 不变"));
    assert_ne!(code("deploy(); // as before"), code("deploy();"));
    assert_ne!(code("deploy(\"http://a\");"), code("deploy(\"http://b\");"));
}

/// A link of a README as both have it: of its own sections by their number, and to the other one.
fn common(page: &Page, link: &str) -> String {
    if ["README.md", "README.zh-CN.md"].contains(&link) {
        return "the other one".to_owned();
    }
    match link.strip_prefix('#') {
        Some(anchor) => {
            let found = page.anchors().iter().position(|found| found == anchor);
            format!("section {}", found.unwrap_or_else(|| panic!("there is no {link}")))
        }
        None => link.to_owned(),
    }
}

#[test]
fn the_links_and_the_names_in_the_readmes_are_the_same() {
    let [english, chinese] = readmes();
    for (ours, theirs) in english.sections.iter().zip(&chinese.sections) {
        let links = |page: &Page, links: Vec<String>| {
            let mut links: Vec<_> = links.iter().map(|link| common(page, link)).collect();
            links.sort();
            links
        };
        let heading = &ours.heading;
        let (found, wanted) = (links(&chinese, theirs.links()), links(&english, ours.links()));
        assert_eq!(found, wanted, "the links below {heading:?}");
        assert_eq!(theirs.code(), ours.code(), "what is written as code below {heading:?}");
    }
}
