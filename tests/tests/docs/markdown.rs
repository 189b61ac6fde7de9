//! As much of Markdown as the documents use.

use std::fs;
use std::path::{Path, PathBuf};

/// A document.
pub(crate) struct Document {
    /// From the root of the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// A fenced block.
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    /// What stands behind the fence's marks.
    pub(crate) language: String,
    pub(crate) text: String,
    /// The comment right before it, without its marks.
    pub(crate) comment: Option<String>,
}

/// A line outside of blocks, or a whole block.
enum Part<'a> {
    Line(&'a str),
    Fenced(Block),
}

impl Document {
    pub(crate) fn read(root: &Path, path: &Path) -> Self {
        let text =
            fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path: path.to_owned(), text }
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let blocks = self.parts().into_iter().filter_map(|part| match part {
            Part::Fenced(block) => Some(block),
            Part::Line(_) => None,
        });
        blocks.collect()
    }

    /// Whatever links and pictures lead to.
    pub(crate) fn links(&self) -> Vec<String> {
        let text = without_code(&self.prose());
        let mut links = Vec::new();
        for mark in ["](", "src=\"", "href=\"", "srcset=\""] {
            let end = if mark == "](" { ')' } else { '"' };
            for (_, rest) in text.match_indices(mark).map(|(at, _)| text.split_at(at + mark.len())) {
                let target = rest.split([end, ' ', '\n']).next().unwrap_or_default();
                links.push(target.to_owned());
            }
        }
        // `[name]: target`, on a line of its own.
        links.extend(text.lines().filter_map(|line| {
            let (_, target) = line.strip_prefix('[')?.split_once("]: ")?;
            Some(target.trim().to_owned())
        }));
        links
    }

    /// The names by which links lead to the headings, as GitHub makes them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for line in self.prose().lines() {
            let title = line.trim_start_matches('#');
            if (1..=6).contains(&(line.len() - title.len())) && title.starts_with(' ') {
                let anchor = slug(title.trim());
                let same = anchors.iter().filter(|known| is_numbered(known, &anchor)).count();
                anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
            }
        }
        anchors
    }

    /// Words, counted as `wc -w` does.
    pub(crate) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// All that is outside of blocks.
    fn prose(&self) -> String {
        let lines = self.parts().into_iter().filter_map(|part| match part {
            Part::Line(line) => Some(line),
            Part::Fenced(_) => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let mut lines = self.text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let marks = line.trim_start();
            let Some(language) = marks.strip_prefix("```") else {
                parts.push(Part::Line(line));
                continue;
            };
            let content = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```");
            let text = content.map(|line| format!("{line}\n")).collect();
            let before = parts.iter().rev().find_map(|part| match part {
                Part::Line(line) if line.trim().is_empty() => None,
                Part::Line(line) => Some(line.trim()),
                Part::Fenced(_) => Some(""),
            });
            let comment = before.and_then(|line| line.strip_prefix("<!--")?.strip_suffix("-->"));
            let comment = comment.map(|comment| comment.trim().to_owned());
            parts.push(Part::Fenced(Block {
                line: number + 1,
                language: language.trim().to_owned(),
                text,
                comment,
            }));
        }
        parts
    }
}

/// A text without what stands between backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

/// A heading as the name of a link: letters and digits in lower case, hyphens for spaces, nothing of the rest.
fn slug(title: &str) -> String {
    // Of a link, its text.
    let mut shown = String::new();
    let mut rest = title;
    while let Some((before, after)) = rest.split_once("](") {
        shown.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    let kept = shown.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// Whether a name is this anchor, or this anchor with a number behind it.
fn is_numbered(name: &str, anchor: &str) -> bool {
    let number = name.strip_prefix(anchor).and_then(|rest| rest.strip_prefix('-'));
    name == anchor || number.is_some_and(|number| number.parse::<u32>().is_ok())
}

#[test]
fn headings_become_anchors_as_on_github() {
    let text = "# The URL\n## `sources/photos/`\n## A & b, [c d](x.md)?\n## Twice\n## Twice\n#no\n```\n# not this\n```\n";
    let document = Document { path: PathBuf::new(), text: text.to_owned() };
    assert_eq!(document.anchors(), ["the-url", "sourcesphotos", "a--b-c-d", "twice", "twice-1"]);
}

#[test]
fn links_are_found_and_code_is_left_out() {
    let text =
        "[a](b.md#c) ![d](e.svg \"f\") `[no](no)` <img src=\"g.png\">\n\n[h]: i.md\n\n```md\n[no](no)\n```\n";
    let document = Document { path: PathBuf::new(), text: text.to_owned() };
    assert_eq!(document.links(), ["b.md#c", "e.svg", "g.png", "i.md"]);
    assert_eq!(document.words(), 11);
}
