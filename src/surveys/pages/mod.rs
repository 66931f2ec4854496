//! Pages of surveys: the Secretariat makes them and publishes their questionnaires, everybody else reads what is
//! published for their audience.
//!
//! - `list` all surveys, and a new one; `survey` one with its versions
//! - `version` a version and each of its sections; `outline` a section as lines, with the faults of a draft at them
//! - `preview` a version as its respondents see it
//! - `places` where a fault is, in words
//! - `import` a file is read (dry run), and becomes the draft; `publish` a draft is published
//!
//! Left out: changes of a questionnaire question by question. It is downloaded, changed in a spreadsheet program, and
//! brought back as a file.

mod import;
mod list;
mod outline;
mod places;
mod preview;
mod publish;
mod survey;
mod version;

use questionnaire::Texts;

use super::{Survey, SurveyAudience};
use crate::db::Id;
use crate::policy::{self, Action};
use crate::text;
use crate::web::{Facts, Page, Pages, Shown};

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/surveys", list::list)
        .form("/surveys/new", list::ask, list::make)
        .page("/surveys/{code}", survey::show)
        .form("/surveys/{code}/import", import::ask, import::plan)
        .page("/surveys/{code}/imports/{plan}", import::show)
        .form("/surveys/{code}/imports/{plan}/commit", import::ask_commit, import::commit)
        .page("/surveys/{code}/versions/{n}", version::show)
        .page("/surveys/{code}/versions/{n}/sections/{number}", version::section)
        .form("/surveys/{code}/versions/{n}/preview", preview::show, preview::go_on)
        .form("/surveys/{code}/versions/{n}/publish", publish::ask, publish::publish)
}

/// The page of a survey.
fn address(code: &str) -> String {
    format!("/surveys/{code}")
}

/// The page of a version.
fn version_address(code: &str, number: i32) -> String {
    format!("/surveys/{code}/versions/{number}")
}

/// The page of a plan.
fn plan_address(code: &str, plan: Id) -> String {
    format!("/surveys/{code}/imports/{plan}")
}

/// Whether the viewer writes surveys.
fn writes(page: &Page) -> bool {
    page.viewer().is_some_and(|viewer| policy::check(viewer, Action::ManageSurveys).is_ok())
}

/// What is known of a survey.
fn facts(page: &Page, survey: &Survey) -> Facts {
    let other = match survey.audience {
        SurveyAudience::Member => SurveyAudience::Partner,
        SurveyAudience::Partner => SurveyAudience::Member,
    };
    let audience = |of: SurveyAudience| Shown::text(page.words("audience-of-survey", of.as_str()));
    let twin = survey.paired_with.as_ref().map(|code| audience(other).leading_to(address(code)));
    let code = writes(page).then(|| Shown::code(&survey.code));
    Facts::default()
        .with(page.text("th-audience"), audience(survey.audience))
        .with_some(page.text("th-survey-code"), code)
        .with_some(page.text("th-twin"), twin)
}

/// The word that a fault is about: a language by its name, anything else as it is.
fn word(page: &Page, fault: &str, value: &str) -> Shown {
    if fault == "missing_language" { Shown::text(page.words("language", value)) } else { Shown::name(value) }
}

/// A text of a questionnaire, and the language that it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    text: String,
    language: String,
}

impl Said {
    /// The text in a language, else in the first one that it has.
    fn of(texts: &Texts, language: &str) -> Self {
        let found = texts.get_key_value(language).or_else(|| texts.iter().next());
        let shown = |(language, shown): (&String, &String)| Self {
            text: text::set_in(language, shown.clone()),
            language: language.clone(),
        };
        found.map(shown).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_lacks_the_language_is_shown_in_one_that_it_has() {
        let texts: Texts = [("en", "Yes"), ("fr", "Oui")].map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        assert_eq!(Said::of(&texts, "fr").text, "Oui");
        let said = Said::of(&texts, "de");
        assert_eq!((said.text.as_str(), said.language.as_str()), ("Yes", "en"));
        assert_eq!(Said::of(&Texts::new(), "en"), Said::default());
    }
}
