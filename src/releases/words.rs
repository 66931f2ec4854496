//! What results say beside the texts of a questionnaire, in a language of the portal.

use survey_results::writers::{Message, Percent, Words};

use crate::i18n::{Catalogue, Language};

/// Says it.
pub(crate) struct Said<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) language: Language,
}

impl Said<'_> {
    fn text(&self, key: &str, args: &[(&str, String)]) -> String {
        self.catalogue.text(self.language, key, args)
    }

    /// A share with the decimal sign of the language.
    fn percent(&self, percent: Percent) -> String {
        let sign = if self.language == Language::Fr { "," } else { "." };
        percent.to_string().replace('.', sign)
    }
}

impl Words for Said<'_> {
    fn say(&self, message: Message<'_>) -> String {
        match message {
            Message::All => self.text("results-all", &[]),
            Message::NoRegion => self.text("results-no_region", &[]),
            Message::Region(region) => self.text(&format!("region-{region}"), &[]),
            Message::NoAnswer => self.text("results-no_answer", &[]),
            Message::NotAsked => self.text("results-not_asked", &[]),
            Message::Answered => self.text("results-answered", &[]),
            Message::Declined => self.text("results-declined", &[]),
            Message::Hidden => self.text("results-hidden", &[]),
            Message::Together(count) => self.text("results-together", &[("count", count.to_string())]),
            Message::Share { count, percent } => {
                self.text("results-share", &[("count", count.to_string()), ("percent", self.percent(percent))])
            }
            Message::Count(count) => count.to_string(),
            Message::Base { base, n, frame } => {
                let args = [("base", base.to_string()), ("n", n.to_string()), ("frame", frame.to_string())];
                self.text("results-base", &args)
            }
            Message::Respondents { n, frame } => {
                self.text("results-respondents", &[("n", n.to_string()), ("frame", frame.to_string())])
            }
            Message::Highest { option, count, percent } => {
                let (count, percent) = (count.to_string(), self.percent(percent));
                let args = [("option", option.to_owned()), ("count", count), ("percent", percent)];
                self.text("results-highest", &args)
            }
            Message::SomeHidden => self.text("results-some_hidden", &[]),
            Message::AllShown => self.text("results-all_shown", &[]),
        }
    }
}
