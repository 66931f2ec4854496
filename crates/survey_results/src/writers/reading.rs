//! What the codes of a release are called in a language.

use std::collections::HashMap;
use std::fmt;

use questionnaire::{AnswerType, Choice, Question, Questionnaire, Texts};

use crate::artefact::{ALL, NO_ANSWER, NO_REGION, NOT_ASKED};
use crate::plan::ANSWERED;

/// Something that is said beside the texts of a questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// All respondents.
    All,
    /// The respondents that are in no region.
    NoRegion,
    /// A region, by its code.
    Region(&'a str),
    /// The respondents that were asked and did not answer.
    NoAnswer,
    /// The respondents that were not asked.
    NotAsked,
    /// The respondents that answered with a number.
    Answered,
    /// The respondents that do not agree that their answers are shown.
    Declined,
    /// In place of a hidden count.
    Hidden,
    /// How many of a row are in hidden cells, together.
    Together(u32),
    /// A count of its base.
    Share {
        /// The count.
        count: u32,
        /// Its share of the base.
        percent: Percent,
    },
    /// A count that has no base.
    Count(u32),
    /// How many respondents a chart is about.
    Base {
        /// How many were asked.
        base: u32,
        /// How many answered the questionnaire.
        n: u32,
        /// How many were invited to.
        frame: u32,
    },
    /// The same where it is hidden how many were asked.
    Respondents {
        /// How many answered the questionnaire.
        n: u32,
        /// How many were invited to.
        frame: u32,
    },
    /// The option with the highest count that is shown.
    Highest {
        /// The option.
        option: &'a str,
        /// Its count.
        count: u32,
        /// Its share of the base.
        percent: Percent,
    },
    /// That some figures are hidden; how many of them a reader must not know more of than the chart shows.
    SomeHidden,
    /// That all figures are shown.
    AllShown,
}

/// Says messages in the reader's language.
pub trait Words {
    /// A message in words.
    fn say(&self, message: Message<'_>) -> String;
}

/// A share in tenths of a percent, rounded, and in whole percent, rounded from the counts: 12.45 is 12 and not 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    tenths: u32,
    whole: u32,
}

impl Percent {
    /// The share of a base; none where the base is zero.
    pub fn of(count: u32, base: u32) -> Option<Self> {
        let rounded = |parts: u64| {
            let share = (u64::from(count) * parts * 2 + u64::from(base)).checked_div(u64::from(base) * 2)?;
            u32::try_from(share).ok()
        };
        Some(Self { tenths: rounded(1000)?, whole: rounded(100)? })
    }

    /// In whole percent, rounded half up.
    pub fn whole(self) -> u32 {
        self.whole
    }

    /// In tenths of a percent.
    pub fn tenths(self) -> u32 {
        self.tenths
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.tenths / 10, self.tenths % 10)
    }
}

/// What a code of the questionnaire is.
#[derive(Clone, Copy)]
struct Known<'q> {
    question: &'q Question,
    row: Option<&'q Texts>,
    options: &'q [Choice],
}

/// A questionnaire and words, in one language.
pub struct Reading<'q, W> {
    words: W,
    /// The languages of the questionnaire, the wanted one first.
    languages: Vec<&'q str>,
    title: &'q Texts,
    known: HashMap<&'q str, Known<'q>>,
}

impl<'q, W: Words> Reading<'q, W> {
    /// For a reader of this language. A text that it lacks is read in a relative of the language (`pt` for `pt-BR`),
    /// then in the languages of the questionnaire in their order.
    pub fn new(questionnaire: &'q Questionnaire, language: &str, words: W) -> Self {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let rank = |tag: &&str| (!tag.eq_ignore_ascii_case(language), primary(tag) != primary(language));
        let mut languages: Vec<&str> = questionnaire.languages.iter().map(String::as_str).collect();
        languages.sort_by_key(rank);
        let mut known = HashMap::new();
        for (_, question) in questionnaire.questions() {
            let options = question.answer.options().unwrap_or_default();
            known.insert(question.code.as_str(), Known { question, row: None, options });
            if let AnswerType::Matrix { rows, .. } = &question.answer {
                let row = |row: &'q questionnaire::MatrixRow| Known { question, row: Some(&row.label), options };
                known.extend(rows.iter().map(|found| (found.code.as_str(), row(found))));
            }
        }
        Self { words, languages, title: &questionnaire.title, known }
    }

    /// A message in words.
    pub fn say(&self, message: Message<'_>) -> String {
        self.words.say(message)
    }

    /// The best text; an empty one where there is none.
    pub fn text<'t>(&self, texts: &'t Texts) -> &'t str {
        let best = self.languages.iter().find_map(|language| texts.get(*language).filter(|text| !text.is_empty()));
        best.or_else(|| texts.values().next()).map_or("", String::as_str)
    }

    /// The language in which a questionnaire with all of its texts is read.
    pub fn language(&self) -> &str {
        self.languages.first().copied().unwrap_or("und")
    }

    /// The title of the questionnaire.
    pub fn title(&self) -> &str {
        self.text(self.title)
    }

    /// A question, or a question and one of its rows; its code where it is not known.
    pub fn question(&self, question: &str, row: Option<&str>) -> String {
        let Some(known) = self.known.get(row.unwrap_or(question)) else { return row.unwrap_or(question).to_owned() };
        let label = self.text(&known.question.label);
        known.row.map_or_else(|| label.to_owned(), |row| format!("{label} – {}", self.text(row)))
    }

    /// A column of a table of a question or row: an option, a band of options, or one of those that every table has.
    pub fn option(&self, of: &str, option: &str) -> String {
        match option {
            NO_ANSWER => return self.say(Message::NoAnswer),
            NOT_ASKED => return self.say(Message::NotAsked),
            _ => {}
        }
        let options = self.known.get(of).map(|known| known.options).unwrap_or_default();
        if options.is_empty() && option == ANSWERED {
            return self.say(Message::Answered);
        }
        let label = |code: &str| {
            let found = options.iter().find(|option| option.code == code);
            found.map_or_else(|| code.to_owned(), |option| self.text(&option.label).to_owned())
        };
        option.split('+').map(label).collect::<Vec<_>>().join(" + ")
    }

    /// The key of a row of a table by region.
    pub fn group(&self, key: &str) -> String {
        match key {
            ALL => self.say(Message::All),
            NO_REGION => self.say(Message::NoRegion),
            region => self.say(Message::Region(region)),
        }
    }
}
