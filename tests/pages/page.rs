use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A page of documentation, by its source.
#[derive(Debug)]
pub(crate) struct Page {
    /// From the root of the repository.
    pub(crate) path: PathBuf,
    /// The first one is what is above the first heading.
    pub(crate) sections: Vec<Section>,
}

/// A heading, and what is below it up to the next one.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// How many `#` are before it.
    pub(crate) level: usize,
    pub(crate) heading: String,
    prose: String,
    pub(crate) blocks: Vec<Block>,
}

/// What is between two lines of three backticks.
#[derive(Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) code: String,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Page {
    /// Both READMEs, and all pages of the folder `docs`.
    pub(crate) fn all() -> Vec<Self> {
        let docs = fs::read_dir(root().join("docs")).expect("a folder of pages");
        let mut names: Vec<_> = docs.map(|entry| entry.expect("a name").file_name()).collect();
        names.retain(|name| Path::new(name).extension().is_some_and(|ending| ending == "md"));
        names.sort();
        let readmes = ["README.md", "README.zh-CN.md"].map(PathBuf::from);
        let docs = names.iter().map(|name| Path::new("docs").join(name));
        readmes.into_iter().chain(docs).map(Self::read).collect()
    }

    pub(crate) fn read(path: PathBuf) -> Self {
        let source = fs::read_to_string(root().join(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut sections = vec![Section::default()];
        let mut open: Option<Fence> = None;
        for line in source.lines() {
            if let Some(fence) = &mut open {
                if fence.ends(line) {
                    let block = open.take().map(|fence| fence.block);
                    sections.last_mut().expect("the first one").blocks.extend(block);
                } else {
                    fence.take(line);
                }
            } else if let Some((level, heading)) = heading(line) {
                sections.push(Section { level, heading, ..Section::default() });
            } else {
                open = Fence::begin(line);
                // What is before a block and what is behind it are apart.
                let prose = if open.is_some() { "" } else { line };
                let section = sections.last_mut().expect("the first one");
                section.prose.push_str(prose);
                section.prose.push('\n');
            }
        }
        assert!(open.is_none(), "{}: a block has no end", path.display());
        Self { path, sections }
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }

    /// What follows `#` in a link to each of the sections.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let plain: Vec<_> = self.sections.iter().map(|section| anchor(&section.heading)).collect();
        let numbered = plain.iter().enumerate().map(|(at, anchor)| {
            match plain[..at].iter().filter(|before| *before == anchor).count() {
                0 => anchor.clone(),
                before => format!("{anchor}-{before}"),
            }
        });
        numbered.collect()
    }
}

impl Section {
    /// Where its links lead, in their order.
    pub(crate) fn links(&self) -> Vec<String> {
        let prose = without_code(&self.prose).0;
        let inline = prose.split("](").skip(1).map(|rest| rest.split_once(')'));
        let mut links: Vec<_> =
            inline.map(|link| link.expect("a link has an end").0.to_owned()).collect();
        let bare = prose.split("<http").skip(1).map(|rest| rest.split_once('>'));
        links.extend(bare.map(|link| format!("http{}", link.expect("a link has an end").0)));
        links
    }

    /// What is written as code within its text.
    pub(crate) fn code(&self) -> BTreeSet<String> {
        without_code(&self.prose).1
    }
}

/// A block whose end has not been read.
#[derive(Debug)]
struct Fence {
    /// In a list it is as far to the right as the list's text.
    indent: usize,
    block: Block,
}

impl Fence {
    fn begin(line: &str) -> Option<Self> {
        let text = line.trim_start();
        let language = text.strip_prefix("```")?.to_owned();
        let block = Block { language, code: String::new() };
        Some(Self { indent: line.len() - text.len(), block })
    }

    fn take(&mut self, line: &str) {
        self.block.code.push_str(line.get(self.indent..).unwrap_or_default());
        self.block.code.push('\n');
    }

    fn ends(&self, line: &str) -> bool {
        line.get(self.indent..) == Some("```")
    }
}

fn heading(line: &str) -> Option<(usize, String)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let text = text.strip_prefix(' ').filter(|_| level > 0)?;
    Some((level, text.to_owned()))
}

/// As GitHub makes them.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
    heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
}

/// A text without what is in backticks, and that.
fn without_code(prose: &str) -> (String, BTreeSet<String>) {
    let pieces: Vec<&str> = prose.split('`').collect();
    assert!(pieces.len() % 2 == 1, "a backtick has no partner: {prose}");
    let text = pieces.iter().step_by(2).copied().collect();
    // A space and the end of a line are one thing.
    let code = pieces.iter().skip(1).step_by(2);
    (text, code.map(|code| code.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}
