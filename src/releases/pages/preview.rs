//! What would be published: how many figures each table shows and hides, and why. Only the Secretariat sees reasons;
//! they are counted here, and no page names the figure that a reason is about.

use std::collections::BTreeMap;

use askama::Template;
use survey_results::{Contents, Outcome, QuestionResult, Reason, Release, Table as FigureTable};

use super::super::previews::PreviewedRelease;
use super::super::view::percent;
use super::super::{HiddenBecause, HiddenFigure, ReleaseAudience, ReleaseContents};
use super::question::withheld;
use super::{Office, reading, short};
use crate::error::Error;
use crate::http::etag;
use crate::time::Timestamp;
use crate::web::{Facts, FormState, Page, PageResult, Shown, Table};

/// Most questions of which the page tells what is hidden.
const QUESTIONS: usize = 60;

/// The kinds of tables.
const KINDS: [&str; 3] = ["all", "region", "pair"];

#[derive(Template)]
#[template(path = "releases/preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    form: FormState,
    title: String,
    /// Whether it differs from the preview that was seen before.
    is_late: bool,
    facts: Facts,
    /// Whether it only tells how many took part.
    is_rates: bool,
    /// That too few have answered for more; empty where they have not.
    too_few: String,
    tables: Table,
    reasons: Table,
    questions: Table,
    /// That few took part in one of this round and the one before it alone; empty where they are not few.
    moved: String,
    /// How many questions are left out of that table.
    left_out: usize,
    button: String,
    back: Shown,
}

/// Figures that are shown and hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    tables: usize,
    withheld: usize,
    shown: usize,
    hidden: usize,
    /// Those of them that are hidden as an earlier release had them.
    as_before: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome, number: u32) {
        match outcome {
            Outcome::Served(table) => {
                self.tables += 1;
                self.shown += cells(table, true);
                self.hidden += cells(table, false);
                self.as_before += if table.number == number { 0 } else { cells(table, false) };
            }
            Outcome::Withheld(_) => self.withheld += 1,
        }
    }
}

/// How many figures of a table are shown, or hidden. The row of all beside groups is that of another table.
fn cells(table: &FigureTable, are_shown: bool) -> usize {
    let has_groups = table.rows.len() > 1;
    let rows = table.rows.iter().filter(|row| !has_groups || row.key != survey_results::ALL);
    rows.flat_map(|row| &row.cells).filter(|cell| cell.count.is_some() == are_shown).count()
}

/// The preview, with the button that publishes what it shows.
pub(super) fn show(office: &Office, sent: &FormState, previewed: &PreviewedRelease) -> PageResult {
    let page = &office.page;
    let version = etag::version_of(&previewed.stamp)?;
    let kept = ["audience", "contents", "corrects", "bands"];
    let form = kept
        .into_iter()
        .fold(office.keyed().with("version", version), |form, field| form.with(field, sent.value(field)));
    let number = previewed.release.number;
    let audience = ReleaseAudience::from(previewed.release.audience);
    let (questions, left_out) = questions(page, previewed);
    let release = &previewed.release;
    let has_figures = outcomes(release).any(|(_, outcome)| matches!(outcome, Outcome::Served(_)));
    let has_too_few = release.n.all < release.k;
    let content = PreviewPage {
        page,
        form,
        title: page.say("page-release-preview", "number", number),
        is_late: sent.is_late(),
        facts: facts(page, previewed)?,
        is_rates: release.contents == Contents::Rates || (has_too_few && !has_figures),
        too_few: if has_too_few { page.say("release-rates.few", "min", release.k) } else { String::new() },
        tables: tables(page, &previewed.release),
        reasons: reasons(page, &previewed.hidden),
        questions,
        moved: if previewed.moved > 0 { page.say("release-moved", "count", previewed.moved) } else { String::new() },
        left_out,
        button: page.say(&format!("page-release-preview.publish-{audience}"), "number", number),
        back: Shown::text(page.text("link-release-other")).leading_to(page.path()),
    };
    page.show_form(sent, &content)
}

fn facts(page: &Page, previewed: &PreviewedRelease) -> Result<Facts, Error> {
    let release = &previewed.release;
    let reading = reading(page, &previewed.questionnaire);
    let round = page.round_name(reading.title(), previewed.round.opens_at, &previewed.round.zone);
    let at: Timestamp = release.as_of.parse().map_err(|_unread| Error::internal("an instant of a release"))?;
    let took_part = [
        ("n", release.n.all.to_string()),
        ("frame", release.frame.all.to_string()),
        ("percent", percent(Some(release.n.all), Some(release.frame.all)).unwrap_or_default().to_string()),
    ];
    let (audience, contents) = (ReleaseAudience::from(release.audience), ReleaseContents::from(release.contents));
    let corrects = release.corrects.map(|number| Shown::text(page.say("release-number", "number", number)));
    Ok(Facts::default()
        .with(page.text("th-round"), Shown::name(round))
        .with(page.text("th-for-whom-release"), Shown::text(page.words("release-audience", audience.as_str())))
        .with(page.text("th-contents"), Shown::text(page.words("release-contents", contents.as_str())))
        .with_some(page.text("th-corrects"), corrects)
        .with(page.text("th-as-of"), Shown::moment(page, at))
        .with(page.text("th-took-part"), Shown::text(page.text_with("release-participation", &took_part)))
        .with(page.text("th-min-cell"), Shown::code(release.k)))
}

/// The outcomes of a release by their kinds.
fn outcomes(release: &Release) -> impl Iterator<Item = (&'static str, &Outcome)> {
    let of_questions =
        release.questions.iter().flat_map(|result| [("all", &result.totals), ("region", &result.by_region)]);
    of_questions.chain(release.pairs.iter().map(|pair| ("pair", &pair.table)))
}

/// How much each kind of table shows and hides.
fn tables(page: &Page, release: &Release) -> Table {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    outcomes(release).for_each(|(kind, outcome)| tallies.entry(kind).or_default().add(outcome, release.number));
    let columns = ["tables", "tables-published", "tables-left-out", "figures-shown", "figures-hidden"];
    let mut table = Table::new(page, "release-preview-tables", &columns);
    for kind in KINDS {
        let Some(tally) = tallies.get(kind) else { continue };
        let counts = [tally.tables, tally.withheld, tally.shown, tally.hidden];
        let mut cells = vec![Shown::text(page.words("release-table", kind))];
        cells.extend(counts.map(Shown::code));
        table.push(cells);
    }
    table
}

/// The reasons why figures are hidden, each with how often.
fn reasons(page: &Page, hidden: &[HiddenFigure]) -> Table {
    let mut table = Table::new(page, "release-preview-reasons", &["hidden-because", "figures-hidden"]);
    for because in HiddenBecause::ALL {
        let count = hidden.iter().filter(|figure| figure.because == *because).count();
        if count > 0 {
            let words = page.words("hidden-because", because.as_str());
            table.push(vec![Shown::text(words), Shown::code(count)]);
        }
    }
    table
}

/// The questions of which something is hidden or left out, a matrix as one; and how many are left out here.
fn questions(page: &Page, previewed: &PreviewedRelease) -> (Table, usize) {
    let mut table =
        Table::new(page, "release-preview-questions", &["question", "table-all", "table-region", "table-pair"]);
    let reading = reading(page, &previewed.questionnaire);
    let mut by_question: Vec<(&str, Vec<&QuestionResult>)> = Vec::new();
    for result in &previewed.release.questions {
        match by_question.last_mut() {
            Some((question, rows)) if *question == result.question => rows.push(result),
            _ => by_question.push((&result.question, vec![result])),
        }
    }
    let row = |(question, results): &(&str, Vec<&QuestionResult>)| -> Option<Vec<Shown>> {
        let codes: Vec<&str> = results.iter().map(|result| super::code_of(result)).collect();
        let is_of = |figure: &&HiddenFigure| codes.contains(&figure.question.as_str());
        let hidden: Vec<&HiddenFigure> = previewed.hidden.iter().filter(is_of).collect();
        let pairs = previewed.release.pairs.iter().filter(|pair| codes.contains(&pair.question.as_str()));
        let of_kinds = [
            results.iter().map(|result| &result.totals).collect::<Vec<_>>(),
            results.iter().map(|result| &result.by_region).collect(),
            pairs.map(|pair| &pair.table).collect(),
        ];
        let is_whole = |outcome: &&Outcome| match outcome {
            Outcome::Served(table) => cells(table, false) == 0,
            Outcome::Withheld(reason) => matches!(reason, Reason::Contents | Reason::Kind),
        };
        if of_kinds.iter().flatten().all(is_whole) {
            return None;
        }
        let mut told = vec![Shown::text(short(&reading.question(question, None)))];
        for (kind, outcomes) in KINDS.into_iter().zip(&of_kinds) {
            let of_kind = hidden.iter().copied().filter(|figure| kind_of(figure) == kind);
            told.push(Shown::text(in_words(
                page,
                (outcomes.as_slice(), previewed.release.number),
                &of_kind.collect::<Vec<_>>(),
            )));
        }
        Some(told)
    };
    let mut rows: Vec<Vec<Shown>> = by_question.iter().filter_map(row).collect();
    let left_out = rows.len().saturating_sub(QUESTIONS);
    rows.truncate(QUESTIONS);
    for row in rows {
        table.push(row);
    }
    (table, left_out)
}

/// The kind of table in which a figure is hidden.
fn kind_of(figure: &HiddenFigure) -> &'static str {
    match (&figure.concept, figure.row.as_str()) {
        (Some(_), _) => "pair",
        (None, survey_results::ALL) => "all",
        (None, _) => "region",
    }
}

/// What tables of a question show, and hide for which reasons; or why they are left out.
fn in_words(page: &Page, (outcomes, number): (&[&Outcome], u32), hidden: &[&HiddenFigure]) -> String {
    let mut tally = Tally::default();
    for outcome in outcomes {
        tally.add(outcome, number);
    }
    let mut told = Vec::new();
    if tally.tables > 0 {
        told.push(page.say("release-figures-shown", "count", tally.shown));
    }
    for because in HiddenBecause::ALL {
        let count = hidden.iter().filter(|figure| figure.because == *because).count();
        if count > 0 {
            told.push(page.say(&format!("release-hidden-{because}"), "count", count));
        }
    }
    if tally.as_before > 0 {
        told.push(page.say("release-hidden-as-before", "count", tally.as_before));
    }
    let left_out = outcomes.iter().find_map(|outcome| match outcome {
        Outcome::Withheld(reason) => Some(withheld(page, *reason)),
        Outcome::Served(_) => None,
    });
    told.extend(left_out);
    told.join(page.text("release-figures-between").as_str())
}
