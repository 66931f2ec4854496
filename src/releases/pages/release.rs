//! One release: what it is, how many took part, its questions by section with the leading figure of each, its files.

use actix_web::web;
use askama::Template;
use questionnaire::Section;
use serde::Deserialize;
use survey_results::{ALL, Contents, QuestionResult, Release, Size};

use super::super::view::{Teller, percent, place_of};
use super::super::{ReleaseSummary, Releases, opened::OpenedRelease};
use super::{address, figures, may, name, participation, question_link, reader, teller};
use crate::db::Id;
use crate::error::Error;
use crate::http::Query;
use crate::identity::guards::Visitor;
use crate::policy::{self, Action, Principal, ResponseReach};
use crate::surveys::SurveyAudience;
use crate::web::{Fact, Facts, Listing, Page, PageResult, Row, Shown, Table, page_of};

/// Most questions that the page lists at once; where there are more, it lists the sections, each with a page.
const QUESTIONS: usize = 60;

/// What is listed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The code of a section; empty for all of them.
    section: String,
    cursor: String,
}

/// A section with its questions.
struct Part {
    title: String,
    /// Each with its leading figure.
    questions: Table,
}

#[derive(Template)]
#[template(path = "releases/release.html")]
struct ReleasePage<'a> {
    page: &'a Page,
    title: String,
    facts: Facts,
    /// The correction of this release, where there is one.
    corrected: Shown,
    participation: Table,
    /// Whether it has no figures of questions.
    is_rates: bool,
    /// Why none of its questions has figures; empty where some have.
    withheld: String,
    sections: Vec<Shown>,
    chapters: Vec<Part>,
    listing: Listing,
    views: Vec<Shown>,
    files: Vec<Shown>,
    /// What programs read, and how they check it.
    technical: Facts,
    technical_files: Vec<Shown>,
    links: Vec<Shown>,
}

/// The release.
pub(super) async fn show(
    visitor: Visitor,
    page: Page,
    releases: web::Data<Releases>,
    id: web::Path<Id>,
    query: Query<Asked>,
) -> PageResult {
    let reader = reader(visitor);
    let shown = releases.opened(reader.as_deref(), *id).await?;
    let siblings = releases.list(reader.clone(), shown.row.round_id).await?;
    let has_counterpart = releases.has_counterpart(reader.as_deref(), &shown).await;
    let teller = teller(&page, &shown);
    let is_rates = shown.release.contents == Contents::Rates;
    let is_withheld = !is_rates && !has_figures(&teller);
    let contents = if is_rates { Listed::default() } else { listed(&page, &shown, (&teller, is_withheld), &query.0)? };
    let withheld = is_withheld.then(|| page.say("results-no-figures.at_all", "min", shown.release.k));
    page.show(&ReleasePage {
        title: name(&page, &shown, &teller),
        facts: facts(&page, &shown, &siblings),
        corrected: corrected(&page, &shown, &siblings),
        participation: by_region(&page, &teller),
        is_rates,
        withheld: withheld.unwrap_or_default(),
        sections: contents.sections,
        chapters: contents.parts,
        listing: contents.listing,
        views: views(&page, &shown, has_counterpart),
        files: files(&page, *id, false),
        technical: Facts::default().with(page.text("th-sha256"), Shown::code(shown.summary().sha256)),
        technical_files: files(&page, *id, true),
        links: links(&page, &shown),
        page: &page,
    })
}

/// A release of the same round by its number.
fn sibling(page: &Page, siblings: &[ReleaseSummary], number: i32) -> Shown {
    let told = Shown::text(page.say("release-number", "number", number));
    match siblings.iter().find(|one| one.number == number) {
        Some(one) => told.leading_to(address(one.id)),
        None => told,
    }
}

fn facts(page: &Page, shown: &OpenedRelease, siblings: &[ReleaseSummary]) -> Facts {
    let summary = shown.summary();
    let contents = page.words("release-contents", summary.contents.as_str());
    Facts::default()
        .with(page.text("th-for-whom-release"), Shown::text(page.words("release-audience", summary.audience.as_str())))
        .with(page.text("th-contents"), Shown::text(contents))
        .with(page.text("th-as-of"), Shown::moment(page, summary.as_of))
        .with(page.text("th-published"), Shown::moment(page, summary.published_at))
        .with_some(page.text("th-corrects"), summary.corrects.map(|number| sibling(page, siblings, number)))
        .with(page.text("th-took-part"), Shown::text(participation(page, &summary)))
        .with(page.text("th-min-cell"), Shown::code(shown.release.k))
}

/// A later release that corrects this one.
fn corrected(page: &Page, shown: &OpenedRelease, siblings: &[ReleaseSummary]) -> Shown {
    let number = shown.row.number;
    let later = siblings.iter().find(|one| one.corrects == Some(number));
    later.map(|one| sibling(page, siblings, one.number)).unwrap_or_default()
}

/// Who was asked and who took part, by region.
fn by_region(page: &Page, teller: &Teller<'_>) -> Table {
    let Release { frame, n, .. } = teller.release;
    let mut table = Table::new(page, "release-participation-by-region", &["region", "asked", "took-part", "rate"]);
    let count = |size: &Size, key: &str| size.by_region.get(key).copied().unwrap_or_default();
    let regions = frame.by_region.keys().map(|key| (key.as_str(), count(frame, key), count(n, key)));
    let mut groups: Vec<(&str, u32, u32)> = regions.chain([(ALL, frame.all, n.all)]).collect();
    groups.sort_by_key(|(key, ..)| place_of(key));
    for (key, asked, took_part) in groups {
        let rate = figures::percent(page, percent(Some(took_part), Some(asked)));
        let cells = [Shown::text(teller.reading.group(key)), Shown::code(asked), Shown::code(took_part), rate];
        let labelled = table.heads.iter().cloned().zip(cells);
        let cells = labelled.map(|(label, value)| Fact { label, value }).collect();
        table.rows.push(Row { anchor: String::new(), cells });
    }
    table
}

/// The questions of a release as a list of contents.
#[derive(Default)]
struct Listed {
    /// The sections, where each has a page of its own.
    sections: Vec<Shown>,
    parts: Vec<Part>,
    listing: Listing,
}

/// Whether one of the questions of a release has figures.
fn has_figures(teller: &Teller<'_>) -> bool {
    teller.release.questions.iter().any(|result| !teller.totals(result).rows.is_empty())
}

/// The questions with the leading figure of each, if there are figures.
///
/// # Errors
/// 404 where there is no such section.
fn listed(
    page: &Page,
    shown: &OpenedRelease,
    (teller, is_withheld): (&Teller<'_>, bool),
    asked: &Asked,
) -> Result<Listed, Error> {
    let id = shown.row.id;
    let (sections, results) = (&shown.questionnaire.sections, &teller.release.questions);
    let title = |section: &Section| {
        let title = teller.reading.text(&section.title);
        if title.is_empty() { section.code.clone() } else { title.to_owned() }
    };
    let of = |section: &Section| -> Vec<&QuestionResult> {
        let of_section = shown.questionnaire.questions().filter(|(of, _)| of.code == section.code);
        let codes: Vec<&str> = of_section.map(|(_, question)| question.code.as_str()).collect();
        results.iter().filter(|result| codes.contains(&result.question.as_str())).collect()
    };
    let part = |section: &Section, found: &[&QuestionResult]| {
        let columns: &[&str] = if is_withheld { &["question"] } else { &["question", "leading"] };
        let mut questions = Table::new(page, "release-questions", columns);
        for result in found {
            let leading = (!is_withheld).then(|| figures::leading(page, &teller.totals(result)));
            questions.push([question_link(teller, id, result)].into_iter().chain(leading).collect());
        }
        questions.caption = title(section);
        Part { title: title(section), questions }
    };
    if !asked.section.is_empty() {
        let section = sections.iter().find(|section| section.code == asked.section).ok_or_else(Error::not_found)?;
        let found = of(section);
        let (found, info) = page_of(&found, &asked.cursor, QUESTIONS);
        let listing = Listing::of(page, &info);
        return Ok(Listed { sections: Vec::new(), parts: vec![part(section, found)], listing });
    }
    let all: Vec<(&Section, Vec<&QuestionResult>)> = sections.iter().map(|section| (section, of(section))).collect();
    let all = all.into_iter().filter(|(_, found)| !found.is_empty());
    if results.len() <= QUESTIONS {
        let parts = all.map(|(section, found)| part(section, &found)).collect();
        return Ok(Listed { parts, ..Listed::default() });
    }
    let link = |(section, found): (&Section, Vec<&QuestionResult>)| {
        let parts = [("section", title(section)), ("count", found.len().to_string())];
        let told = Shown::text(page.text_with("release-section", &parts));
        told.leading_to(format!("{}?section={}", address(id), super::encoded(&section.code)))
    };
    Ok(Listed { sections: all.map(link).collect(), ..Listed::default() })
}

/// The same figures seen from elsewhere.
fn views(page: &Page, shown: &OpenedRelease, has_counterpart: bool) -> Vec<Shown> {
    let to =
        |key: &str, part: &str| Shown::text(page.text(key)).leading_to(format!("{}/{part}", address(shown.row.id)));
    let mut views = Vec::new();
    if page.viewer().is_some_and(|viewer| has_own(viewer, shown.round.audience)) {
        views.push(to("link-own-results", "own"));
    }
    if has_counterpart {
        views.push(to("link-comparison", "comparison"));
    }
    let trend = format!("/surveys/{}/trend", super::encoded(&shown.round.survey));
    views.push(Shown::text(page.text("link-trends")).leading_to(trend));
    views
}

/// Whether a viewer answers for an organisation that rounds of this audience ask, and sees its whole response.
fn has_own(viewer: &Principal, audience: SurveyAudience) -> bool {
    let is_whole = |organisation: &Id| policy::reach_of_response(viewer, *organisation) == Some(ResponseReach::Whole);
    let is_asked = match audience {
        SurveyAudience::Member => policy::reads_surveys_of_members(viewer),
        SurveyAudience::Partner => policy::reads_surveys_of_partners(viewer),
    };
    is_asked && policy::answers_for(viewer).iter().any(is_whole)
}

/// The files of a release: those for spreadsheets, or those for programs. They are written from it alone, and never
/// change.
fn files(page: &Page, id: Id, for_programs: bool) -> Vec<Shown> {
    let lang = page.lang();
    let file =
        |key: &str, name: String| Shown::text(page.text(key)).leading_to(format!("/api/v1{}/{name}", address(id)));
    if for_programs {
        return vec![
            file("release-file-csv-tab", format!("results.csv?separator=tab&lang={lang}")),
            file("release-file-json", "results.json".to_owned()),
            file("release-file-sdmx", "sdmx.csv".to_owned()),
        ];
    }
    vec![
        file("release-file-xlsx", format!("results.xlsx?lang={lang}")),
        file("release-file-csv-comma", format!("results.csv?separator=comma&lang={lang}")),
        file("release-file-csv-semicolon", format!("results.csv?separator=semicolon&lang={lang}")),
    ]
}

fn links(page: &Page, shown: &OpenedRelease) -> Vec<Shown> {
    let to = |key: &str, href: String| Shown::text(page.text(key)).leading_to(href);
    let mut links = vec![to("page-help-survey-method", "/help/survey-method".to_owned())];
    if may(page, Action::ReadSurveys) {
        links.push(to("link-round-of-results", format!("/rounds/{}", shown.row.round_id)));
    }
    if may(page, Action::ManageSurveys) {
        links.push(to("page-releases-of-round", format!("/rounds/{}/releases", shown.row.round_id)));
    }
    links.push(to("link-results", "/results".to_owned()));
    links
}
