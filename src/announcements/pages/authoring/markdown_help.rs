//! Help for authors: how texts are written. Anybody may read it.

use askama::Template;

use crate::identity::guards::Visitor;
use crate::web::{Page, PageResult};

/// What is typed, each with the key of what it gives.
const SAMPLES: [(&str, &str); 9] = [
    ("# Heading", "heading"),
    ("**important**", "strong"),
    ("*stressed*", "emphasis"),
    ("- first\n- second", "list"),
    ("1. first\n2. second", "steps"),
    ("[the agenda](https://www.wcoomd.org/)", "link"),
    ("> quoted", "quotation"),
    ("| Day | Hour |\n|---|---|\n| Monday | 9:00 |", "table"),
    ("{{ name }}, {{ administration }}, {{ unsubscribe }}", "places"),
];

#[derive(Template)]
#[template(path = "announcements/authoring/markdown_help.html")]
struct HelpPage<'a> {
    page: &'a Page,
    samples: Vec<Sample>,
}

struct Sample {
    typed: &'static str,
    gives: String,
}

/// How texts are written.
pub(super) async fn show(_: Visitor, page: Page) -> PageResult {
    let sample = |(typed, key): (&'static str, &str)| Sample { typed, gives: page.text(&format!("markdown-{key}")) };
    let samples = SAMPLES.into_iter().map(sample).collect();
    page.show(&HelpPage { page: &page, samples })
}
