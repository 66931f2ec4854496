//! A release as SDMX-CSV 2.0: the counts and shares of options, for all and by region.
//!
//! Codes are in upper case, with letters, digits and underscores alone; [`TOTAL`] is all regions, and in the place of
//! question and option how many answered at all. A hidden count has no value, and the same two marks whatever it hides.
//! Bands, medians and pairs of questions have other dimensions and are left out.

use std::collections::{HashMap, HashSet};

use super::reading::Percent;
use super::records::frame_of;
use crate::artefact::{ALL, NOT_ASKED, Release, Row};

/// The code of a total.
const TOTAL: &str = "_T";
/// The columns: structure, dimensions, measure, attributes.
const HEADS: &str = "STRUCTURE,STRUCTURE_ID,ACTION,SURVEY_ROUND,QUESTION,OPTION,REF_REGION,TIME_PERIOD,UNIT_MEASURE,\
                     OBS_VALUE,OBS_STATUS,CONF_STATUS,BASE_N,FRAME_N,RELEASE";

/// What a file is part of.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// The agency that publishes it: a code.
    pub agency: &'a str,
    /// The round: any text, which is made a code.
    pub round: &'a str,
    /// The year of the round.
    pub period: i16,
}

/// The file.
pub fn sdmx(release: &Release, flow: &Flow<'_>) -> String {
    let mut file = File {
        start: format!("dataflow,{}:DF_SURVEY(1.0.0),I,{}", code(flow.agency), code(flow.round)),
        period: flow.period,
        text: format!("{HEADS}\r\n"),
    };
    let (mut questions, mut regions) = (Codes::default(), Codes::default());
    let keys = release.frame.by_region.keys().map(String::as_str);
    for key in keys.chain([ALL]) {
        let (n, frame) = (frame_of(&release.n, key).unwrap_or(0), frame_of(&release.frame, key));
        let series = Series { question: TOTAL, option: TOTAL, region: &regions.region(key), release: release.number };
        file.count(&series, Some(n), frame, frame);
    }
    for result in &release.questions {
        let question = questions.of(result.row.as_deref().unwrap_or(&result.question));
        let mut options = Codes::default();
        // The row of all is that of the totals, which are the newest.
        let totals = result.totals.table().into_iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        let by_region = result.by_region.table().into_iter();
        let by_region = by_region.flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        let has_totals = result.totals.table().is_some();
        for (table, row) in totals.chain(by_region.filter(|(_, row)| row.key != ALL || !has_totals)) {
            for cell in &row.cells {
                let (option, region) = (options.of(&cell.option), regions.region(&row.key));
                let series = Series { question: &question, option: &option, region: &region, release: table.number };
                let base = base_of(row, &cell.option);
                file.count(&series, cell.count, base, frame_of(&release.frame, &row.key));
            }
        }
    }
    file.text
}

/// What a share is of; who was not asked is no part of those that were.
fn base_of(row: &Row, option: &str) -> Option<u32> {
    if option == NOT_ASKED { Some(row.n) } else { row.base }
}

struct Series<'a> {
    question: &'a str,
    option: &'a str,
    region: &'a str,
    release: u32,
}

struct File {
    start: String,
    period: i16,
    text: String,
}

impl File {
    /// A count and its share.
    fn count(&mut self, series: &Series<'_>, count: Option<u32>, base: Option<u32>, frame: Option<u32>) {
        let share = count.zip(base).and_then(|(count, base)| Percent::of(count, base));
        self.observation(series, "NUMBER", count.map(|count| count.to_string()), (base, frame), count.is_none());
        if base.is_some() {
            self.observation(series, "PT", share.map(|share| share.to_string()), (base, frame), count.is_none());
        }
    }

    fn observation(
        &mut self,
        series: &Series<'_>,
        unit: &str,
        value: Option<String>,
        (base, frame): (Option<u32>, Option<u32>),
        is_hidden: bool,
    ) {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        // Q: missing, suppressed. C: confidential. The list has finer codes, which would tell why.
        let (status, confidential) = if is_hidden { ("Q", "C") } else { ("A", "F") };
        let row = [
            self.start.clone(),
            series.question.to_owned(),
            series.option.to_owned(),
            series.region.to_owned(),
            self.period.to_string(),
            unit.to_owned(),
            value.unwrap_or_default(),
            status.to_owned(),
            confidential.to_owned(),
            number(base),
            number(frame),
            series.release.to_string(),
        ];
        self.text.push_str(&row.join(","));
        self.text.push_str("\r\n");
    }
}

/// A text as a code.
fn code(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// The codes of a list, each of one thing only.
#[derive(Default)]
struct Codes {
    known: HashMap<String, String>,
    taken: HashSet<String>,
}

impl Codes {
    fn of(&mut self, text: &str) -> String {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let plain = code(text);
        let numbered = (2_u32..).map(|number| format!("{plain}_{number}"));
        let free = [plain.clone()].into_iter().chain(numbered).find(|code| !self.taken.contains(code));
        let free = free.unwrap_or(plain);
        self.taken.insert(free.clone());
        self.known.insert(text.to_owned(), free.clone());
        free
    }

    /// That of a region. The region of Asia and the Pacific is written without its stroke, as in the list of members.
    fn region(&mut self, key: &str) -> String {
        if key == ALL { TOTAL.to_owned() } else { self.of(&key.replace('/', "")) }
    }
}
