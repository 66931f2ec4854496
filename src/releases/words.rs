//! What files and charts say beside the texts of the questionnaire, in the reader's language.

use survey_results::writers::{Message, Percent, Words};
use survey_results::{ALL, ANSWERED, NO_ANSWER, NO_REGION, NOT_ASKED};

use crate::i18n::{Catalogue, Language};

/// The words of the portal.
pub(super) struct PortalWords<'c> {
    pub(super) catalogue: &'c Catalogue,
    pub(super) language: Language,
}

impl PortalWords<'_> {
    fn text(&self, key: &str, args: &[(&str, String)]) -> String {
        self.catalogue.text(self.language, key, args)
    }

    fn key(&self, key: &str) -> String {
        self.text(&format!("results-{key}"), &[])
    }
}

/// A share as the tables of pages have it.
fn share(percent: Percent) -> String {
    percent.whole().to_string()
}

impl Words for PortalWords<'_> {
    fn say(&self, message: Message<'_>) -> String {
        let number = |count: u32| count.to_string();
        match message {
            Message::All => self.key(ALL),
            Message::NoRegion => self.key(NO_REGION),
            Message::NoAnswer => self.key(NO_ANSWER),
            Message::NotAsked => self.key(NOT_ASKED),
            Message::Answered => self.key(ANSWERED),
            Message::Region(region) => self.text(&format!("region-{region}"), &[]),
            Message::Declined => self.text("survey-codebook-declined", &[]),
            Message::Hidden => self.text("results-chart-hidden", &[]),
            Message::Together(count) => self.text("results-chart-together", &[("count", number(count))]),
            Message::Share { count, percent } => {
                let args = [("count", number(count)), ("percent", share(percent))];
                self.text("results-chart-share", &args)
            }
            Message::Count(count) => number(count),
            Message::Base { base, n, frame } => {
                let args = [("base", number(base)), ("n", number(n)), ("frame", number(frame))];
                self.text("results-chart-base", &args)
            }
            Message::Respondents { n, frame } => {
                self.text("results-chart-respondents", &[("n", number(n)), ("frame", number(frame))])
            }
            Message::Highest { option, count, percent } => {
                let option = option.to_owned();
                let args = [("option", option), ("count", number(count)), ("percent", share(percent))];
                self.text("results-chart-highest", &args)
            }
            Message::SomeHidden => self.text("results-chart-some_hidden", &[]),
            Message::AllShown => self.text("results-chart-all_shown", &[]),
        }
    }
}
