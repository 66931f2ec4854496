//! What is replayed: the days and answers of 116 members, six partner agencies, and the public figures.
//!
//! The figures are public. Which member answered what, when, and under which grant is made up so that they come out
//! (`synthetic-2024.csv`); so are the agencies.

use serde::Deserialize;

use crate::demo::step::Step;
use crate::time::{Day, Timestamp};

/// The members that answered, in the order in which they did.
const MEMBERS: &str = include_str!("synthetic-2024.csv");

/// How many submissions there are.
pub(super) const SUBMITTED: usize = 116;
/// How many of them came late, under a grant.
pub(super) const LATE: usize = 14;
/// How many members are asked.
pub(super) const ASKED: usize = 186;
/// How many of the members are in each region.
pub(super) const REGIONS: [(&str, u32); 6] =
    [("AMS", 33), ("AP", 35), ("ESA", 24), ("EUR", 52), ("MENA", 18), ("WCA", 24)];
/// The share of members that answered, in percent.
pub(super) const RESPONSE_RATE: u32 = 62;
/// How many gave details: 8 %.
pub(super) const DETAILED: usize = 9;

/// What becomes public of a question: by option how many, and how many of a hundred; and how many counts by region are
/// hidden.
pub(super) struct Figures {
    pub(super) question: &'static str,
    pub(super) counts: &'static [(&'static str, u32, u32)],
    pub(super) hidden_by_region: usize,
}

/// The public figures. What is hidden by region follows from the invented answers.
pub(super) const FIGURES: [Figures; 3] = [
    Figures {
        question: "maturity",
        counts: &[
            ("level_1", 15, 13),
            ("level_2", 27, 23),
            ("level_3", 35, 30),
            ("level_4", 31, 27),
            ("level_5", 8, 7),
            ("no_answer", 0, 0),
        ],
        hidden_by_region: 21,
    },
    Figures {
        question: "it_strategy",
        counts: &[("yes", 107, 92), ("in_preparation", 0, 0), ("no", 9, 8), ("no_answer", 0, 0)],
        hidden_by_region: 12,
    },
    Figures {
        question: "share_details",
        counts: &[("yes", 73, 63), ("no", 43, 37), ("no_answer", 0, 0)],
        hidden_by_region: 4,
    },
];

/// An organisation that answers.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Respondent {
    /// Its code.
    pub(super) code: String,
    /// The day of its submission.
    pub(super) submitted: String,
    /// The last day of the time that it was granted; none where it is not late.
    pub(super) extended_until: Option<String>,
    /// The level of maturity, 1 to 5.
    pub(super) level: usize,
    it_strategy: String,
    willing: String,
    detailed: String,
}

impl Respondent {
    pub(super) fn has_strategy(&self) -> bool {
        self.it_strategy == "yes"
    }

    pub(super) fn is_willing(&self) -> bool {
        self.willing == "yes"
    }

    pub(super) fn tells_details(&self) -> bool {
        self.detailed == "yes"
    }

    /// The first instant at which what it was granted is over: midnight in Brussels, in summer.
    pub(super) fn granted_until(&self) -> Option<Timestamp> {
        let day = Day::parse(self.extended_until.as_deref()?)?;
        Some(day.end().minus(std::time::Duration::from_hours(2)))
    }
}

/// The members that answered, in the order in which they did.
pub(super) fn members() -> Step<Vec<Respondent>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(MEMBERS.as_bytes());
    reader.deserialize().collect::<Result<Vec<Respondent>, csv::Error>>().map_err(|error| error.to_string())
}

/// A partner agency: its code, the member that it belongs to, and its names.
pub(super) struct Agency {
    pub(super) code: &'static str,
    pub(super) member: &'static str,
    pub(super) name_en: &'static str,
    pub(super) name_fr: &'static str,
}

/// The agencies, all of which answer.
pub(super) const AGENCIES: [Agency; 6] = [
    agency("BR-PORT", "BR", "Port authority", "Autorité portuaire"),
    agency("CH-FOOD", "CH", "Food safety office", "Office de la sécurité des aliments"),
    agency("KE-TRADE", "KE", "Trade network agency", "Agence du réseau commercial"),
    agency("MA-BORDER", "MA", "Border police", "Police des frontières"),
    agency("SG-STANDARDS", "SG", "Standards office", "Office des normes"),
    agency("GH-HEALTH", "GH", "Health inspection", "Inspection sanitaire"),
];

const fn agency(code: &'static str, member: &'static str, name_en: &'static str, name_fr: &'static str) -> Agency {
    Agency { code, member, name_en, name_fr }
}

/// The answers of the agencies, as different as six can be.
pub(super) fn partners() -> Vec<Respondent> {
    let answer = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let respondent = |(number, agency): (usize, &Agency)| Respondent {
        code: agency.code.to_owned(),
        submitted: "2024-05-06".to_owned(),
        extended_until: None,
        level: number % 5 + 1,
        it_strategy: answer(number != 0),
        willing: answer(number.is_multiple_of(2)),
        detailed: answer(false),
    };
    AGENCIES.iter().enumerate().map(respondent).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_synthetic_answers_have_the_public_totals() {
        let all = members().unwrap();
        let codes: BTreeSet<&str> = all.iter().map(|one| one.code.as_str()).collect();
        assert_eq!((all.len(), codes.len()), (SUBMITTED, SUBMITTED));
        let count = |of: &dyn Fn(&Respondent) -> bool| all.iter().filter(|one| of(one)).count();
        assert_eq!([1, 2, 3, 4, 5].map(|level| count(&|one| one.level == level)), [15, 27, 35, 31, 8]);
        assert_eq!((count(&Respondent::has_strategy), count(&Respondent::is_willing)), (107, 73));
        assert_eq!((count(&|one| one.extended_until.is_some()), count(&Respondent::tells_details)), (LATE, DETAILED));
        assert!(all.iter().all(|one| one.has_strategy() || one.level == 1));
        assert!(all.is_sorted_by_key(|one| one.submitted.clone()), "in the order of the days");
        for late in all.iter().filter(|one| one.extended_until.is_some()) {
            let day = Day::parse(&late.submitted).unwrap();
            assert!(day.start() < late.granted_until().unwrap() && late.submitted.as_str() > "2024-05-15", "{late:?}");
        }
        let last = all.last().and_then(Respondent::granted_until).map(|until| until.to_string());
        assert_eq!(last.as_deref(), Some("2024-06-24T22:00:00Z"));
        assert_eq!(REGIONS.iter().map(|(_, count)| count).sum::<u32>(), 186);
    }
}
