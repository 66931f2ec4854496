//! Help for authors: how texts are written. Anybody may read it.

use askama::Template;

use crate::i18n::Language;
use crate::identity::guards::Visitor;
use crate::web::{Page, PageResult};

/// What is typed in English and in French, each with the key of what it gives.
const SAMPLES: [(&str, &str, &str); 9] = [
    ("# Heading", "# Titre", "heading"),
    ("**important**", "**important**", "strong"),
    ("*stressed*", "*accentué*", "emphasis"),
    ("- first\n- second", "- premier\n- second", "list"),
    ("1. first\n2. second", "1. premier\n2. second", "steps"),
    ("[the agenda](https://www.wcoomd.org/)", "[l’ordre du jour](https://www.wcoomd.org/)", "link"),
    ("> quoted", "> cité", "quotation"),
    ("| Day | Hour |\n|---|---|\n| Monday | 9:00 |", "| Jour | Heure |\n|---|---|\n| Lundi | 9 h 00 |", "table"),
    (
        "{{ name }}, {{ administration }}, {{ unsubscribe }}",
        "{{ name }}, {{ administration }}, {{ unsubscribe }}",
        "places",
    ),
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
    let is_french = page.language() == Language::Fr;
    let sample = |(english, french, key): (&'static str, &'static str, &str)| Sample {
        typed: if is_french { french } else { english },
        gives: page.text(&format!("markdown-{key}")),
    };
    let samples = SAMPLES.into_iter().map(sample).collect();
    page.show(&HelpPage { page: &page, samples })
}
