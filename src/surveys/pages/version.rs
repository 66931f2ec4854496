//! A version of a questionnaire: what is known of it, the faults of a draft, its sections; and each section on a page
//! of its own, so that no page is heavy.

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use questionnaire::{Item, Question};
use serde::Deserialize;
use serde_json::Value;

use super::super::{OpenedVersion, QuestionnaireFault, Surveys, VersionState, comparable};
use super::outline::{FaultsByLine, Line, Outline, by_line};
use super::{Said, address, places, version_address, word, writes};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::http::Query;
use crate::identity::guards::CanReadSurveys;
use crate::policy::Principal;
use crate::web::{Facts, Listing, Page, PageResult, Shown, Tab, Table, page_of};

/// Faults of a page.
const SHOWN: usize = 25;
/// Most questions that are named as altered.
const MOST_ALTERED: usize = 50;

/// How a version is shown.
#[derive(Deserialize)]
pub(super) struct VersionQuery {
    /// The language of the texts.
    #[serde(default)]
    texts: String,
    /// How many faults come before.
    #[serde(default)]
    cursor: String,
}

#[derive(Template)]
#[template(path = "surveys/version.html")]
struct VersionPage<'a> {
    page: &'a Page,
    title: Said,
    number: i32,
    facts: Facts,
    buttons: Vec<Shown>,
    /// Questions whose figures cannot be compared with those of the version before, for those who write.
    altered: Vec<String>,
    /// What programs read, and how they check it.
    technical: Facts,
    downloads: Vec<Shown>,
    languages: Vec<Tab>,
    faults: Option<Table>,
    listing: Listing,
    sections: Table,
    back: Shown,
}

#[derive(Template)]
#[template(path = "surveys/section.html")]
struct SectionPage<'a> {
    page: &'a Page,
    title: Said,
    version: Said,
    facts: Facts,
    /// Its code and its rule.
    technical: Facts,
    languages: Vec<Tab>,
    faults: Vec<String>,
    lines: Vec<Line>,
    ways: Vec<Shown>,
}

/// A version, and how it is shown.
struct Opened {
    version: OpenedVersion,
    /// The language in which its texts are shown.
    language: String,
}

impl Opened {
    /// # Errors
    /// 404.
    async fn read(
        surveys: &Surveys,
        viewer: CanReadSurveys,
        page: &Page,
        (code, number): (String, i32),
        wanted: &str,
    ) -> Result<Self, Error> {
        let version = surveys.opened(viewer.0, code, number, page.language()).await?;
        let language = chosen(&version.questionnaire.languages, &[wanted, page.lang()]);
        Ok(Self { version, language })
    }

    fn address(&self) -> String {
        version_address(&self.version.survey, self.version.summary.number)
    }

    fn section_address(&self, number: usize) -> String {
        format!("{}/sections/{number}?texts={}", self.address(), self.language)
    }

    /// The languages of the texts, each with the same page in it.
    fn languages(&self, page: &Page) -> Vec<Tab> {
        let tab = |language: &String| {
            let label = page.words("language", language);
            Tab::new(label, format!("{}?texts={language}", page.path()), *language == self.language)
        };
        let tabs: Vec<Tab> =
            self.version.questionnaire.languages.iter().filter(|language| is_tag(language)).map(tab).collect();
        if tabs.len() > 1 { tabs } else { Vec::new() }
    }

    fn title(&self) -> Said {
        Said::of(&self.version.questionnaire.title, &self.language)
    }

    /// The faults by the lines of the outline.
    fn faults_by_line(&self, page: &Page) -> FaultsByLine {
        by_line(self.version.faults.iter().map(|fault| (fault.place.as_str(), told(page, fault))))
    }
}

/// The first of these languages that there is, else the default one.
fn chosen(languages: &[String], wanted: &[&str]) -> String {
    let known = wanted.iter().find_map(|wanted| languages.iter().find(|language| language == wanted));
    known.or(languages.first()).filter(|language| is_tag(language)).cloned().unwrap_or_default()
}

/// Whether it can be a language: a draft may name anything.
fn is_tag(language: &str) -> bool {
    !language.is_empty() && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What is wrong, with the word that it is about.
fn told(page: &Page, fault: &QuestionnaireFault) -> String {
    let word = word(page, fault.code, &fault.value).text;
    [Some(fault.detail.as_str()), Some(word.as_str()), fault.nearest.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A version.
pub(super) async fn show(
    viewer: CanReadSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32)>,
    query: Query<VersionQuery>,
) -> PageResult {
    let Query(VersionQuery { texts, cursor }) = query;
    let (code, number) = place.into_inner();
    let person = viewer.0.clone();
    let opened = Opened::read(&surveys, viewer, &page, (code.clone(), number), &texts).await?;
    let altered = if writes(&page) { altered(&surveys, person, &opened, (code, &page)).await? } else { Vec::new() };
    let (faults, listing) = faults(&page, &opened, &cursor)?;
    let back = Shown::text(page.text("link-back-to-survey")).leading_to(address(&opened.version.survey));
    page.show(&VersionPage {
        title: opened.title(),
        number: opened.version.summary.number,
        facts: facts(&page, &opened),
        buttons: buttons(&page, &opened),
        altered,
        technical: technical(&page, &opened),
        downloads: downloads(&page, &opened.version),
        languages: opened.languages(&page),
        faults,
        listing,
        sections: sections(&page, &opened),
        back,
        page: &page,
    })
}

/// The questions of a version that are answered in another way than in the version before, or asked under other rules.
async fn altered(
    surveys: &Surveys,
    person: Arc<Principal>,
    opened: &Opened,
    (code, page): (String, &Page),
) -> Result<Vec<String>, Error> {
    let Some(before) = opened.version.summary.number.checked_sub(1).filter(|number| *number > 0) else {
        return Ok(Vec::new());
    };
    let before = match surveys.opened(person, code, before, page.language()).await {
        Err(error) if error.is_any_of(&[ProblemCode::NotFound]) => return Ok(Vec::new()),
        before => before?,
    };
    let found = comparable::altered(&before.questionnaire, &opened.version.questionnaire);
    let label = |question: &&Question| named(&Said::of(&question.label, &opened.language), &question.code);
    Ok(found.iter().take(MOST_ALTERED).map(label).collect())
}

fn facts(page: &Page, opened: &Opened) -> Facts {
    let OpenedVersion { survey, summary, .. } = &opened.version;
    let languages: Vec<String> =
        opened.version.questionnaire.languages.iter().map(|language| page.words("language", language)).collect();
    Facts::default()
        .with(page.text("th-survey"), Shown::name(named(&opened.title(), survey)).leading_to(address(survey)))
        .with(page.text("th-version"), Shown::code(summary.number))
        .with(page.text("th-state"), Shown::text(page.words("version-state", summary.state.as_str())))
        .with(page.text("th-changed"), Shown::moment(page, summary.updated_at))
        .with_some(page.text("th-published"), summary.published_at.map(|at| Shown::moment(page, at)))
        .with(page.text("th-questions"), Shown::code(opened.version.questionnaire.questions().count()))
        .with(page.text("th-texts-in"), Shown::text(languages.join(", ")))
}

/// What programs know it by.
fn technical(page: &Page, opened: &Opened) -> Facts {
    let OpenedVersion { survey, summary, .. } = &opened.version;
    Facts::default()
        .with(page.text("th-survey-code"), Shown::code(survey))
        .with_some(page.text("th-sha256"), summary.sha256.as_ref().map(Shown::code))
}

/// What can be done with it.
fn buttons(page: &Page, opened: &Opened) -> Vec<Shown> {
    let OpenedVersion { survey, summary, .. } = &opened.version;
    let is_draft = summary.state == VersionState::Draft;
    let publish = Shown::text(page.text("survey-publish.button")).leading_to(format!("{}/publish", opened.address()));
    let import = Shown::text(page.text("link-survey-replace")).leading_to(format!("{}/import", address(survey)));
    let preview = Shown::text(page.text("link-survey-preview")).leading_to(format!(
        "{}/preview?texts={}",
        opened.address(),
        opened.language
    ));
    let preview = (!opened.version.questionnaire.sections.is_empty()).then_some(preview);
    let deeds = if is_draft && writes(page) { vec![publish, import] } else { Vec::new() };
    preview.into_iter().chain(deeds).collect()
}

/// The files of a version, which the API gives.
fn downloads(page: &Page, version: &OpenedVersion) -> Vec<Shown> {
    let file = |extension: &str| {
        let href = format!("/api/v1{}.{extension}", version_address(&version.survey, version.summary.number));
        Shown::text(page.text(&format!("link-survey-{extension}"))).leading_to(href)
    };
    let mut files: Vec<Shown> = ["xlsx", "json"].map(file).into();
    // A draft with faults has no codebook.
    if version.faults.is_empty() {
        let address = version_address(&version.survey, version.summary.number);
        let codebook = |extension: &str| {
            let href = format!("/api/v1{address}/codebook.{extension}");
            Shown::text(page.text(&format!("link-codebook-{extension}"))).leading_to(href)
        };
        files.extend(["xlsx", "csv", "xml", "json"].map(codebook));
    }
    files
}

/// The faults of a draft as a table, some on each page.
fn faults(page: &Page, opened: &Opened, cursor: &str) -> Result<(Option<Table>, Listing), Error> {
    let faults = &opened.version.faults;
    if faults.is_empty() {
        return Ok((None, Listing::default()));
    }
    let whole: Value = serde_json::from_str(opened.version.text.as_deref().unwrap_or_default()).or_internal()?;
    let (shown, info) = page_of(faults, cursor, SHOWN);
    let mut table = Table::new(page, "survey-faults", &["place", "fault", "word", "nearest"]);
    for fault in shown {
        let href = places::line(&fault.place).map(|(section, anchor)| {
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            format!("{}{anchor}", opened.section_address(section))
        });
        let told = places::told(page, &whole, &fault.place);
        let told = if told.is_empty() { page.text("survey-whole") } else { told };
        table.push(vec![
            Shown::name(told).leading_to(href.unwrap_or_default()),
            Shown::text(&fault.detail),
            word(page, fault.code, &fault.value),
            fault.nearest.as_ref().map(Shown::code).unwrap_or_default(),
        ]);
    }
    Ok((Some(table), Listing::of(page, &info)))
}

/// The sections of a questionnaire.
fn sections(page: &Page, opened: &Opened) -> Table {
    // Codes and rules are for those who write questionnaires; only a draft has faults.
    let is_draft = opened.version.summary.state == VersionState::Draft;
    let columns: &[&str] = match (writes(page), is_draft) {
        (false, _) => &["section", "questions"],
        (true, false) => &["section", "questions", "question-code", "show-if"],
        (true, true) => &["section", "questions", "question-code", "show-if", "faults"],
    };
    let mut table = Table::new(page, "survey-sections", columns);
    let faults = opened.faults_by_line(page);
    for (number, section) in (1..).zip(&opened.version.questionnaire.sections) {
        let of_section = faults.iter().filter(|((of, _), _)| *of == number).map(|(_, told)| told.len());
        table.push(vec![
            Shown::name(named(&Said::of(&section.title, &opened.language), &section.code))
                .leading_to(opened.section_address(number)),
            Shown::number(count(&section.items)),
            Shown::code(&section.code),
            section.show_if.as_ref().map(Shown::code).unwrap_or_default(),
            Shown::number(of_section.sum::<usize>()),
        ]);
    }
    table
}

/// A title; the code where it has none.
fn named(title: &Said, code: &str) -> String {
    if title.text.trim().is_empty() { code.to_owned() } else { title.text.clone() }
}

/// How many questions there are.
fn count(items: &[Item]) -> usize {
    let one = |item: &Item| match item {
        Item::Question(_) => 1,
        Item::Group(group) => count(&group.items),
        Item::Note(_) => 0,
    };
    items.iter().map(one).sum()
}

/// A section of a version.
pub(super) async fn section(
    viewer: CanReadSurveys,
    page: Page,
    surveys: web::Data<Surveys>,
    place: web::Path<(String, i32, usize)>,
    query: Query<VersionQuery>,
) -> PageResult {
    let (code, version, number) = place.into_inner();
    let opened = Opened::read(&surveys, viewer, &page, (code, version), &query.0.texts).await?;
    let found = number.checked_sub(1).and_then(|index| opened.version.questionnaire.sections.get(index));
    let section = found.ok_or_else(Error::not_found)?;
    let faults = opened.faults_by_line(&page);
    let outline = Outline { page: &page, language: &opened.language, number, faults: &faults };
    let title = Said::of(&section.title, &opened.language);
    page.show(&SectionPage {
        title: Said { text: named(&title, &section.code), ..title },
        version: opened.title(),
        facts: Facts::default().with(page.text("th-version"), Shown::code(opened.version.summary.number)),
        technical: outline.technical(&section.code, section.show_if.as_ref()),
        languages: opened.languages(&page),
        faults: faults.get(&(number, None)).cloned().unwrap_or_default(),
        lines: outline.lines(section),
        ways: ways(&page, &opened, number),
        page: &page,
    })
}

/// The next section, the one before, and the version.
fn ways(page: &Page, opened: &Opened, number: usize) -> Vec<Shown> {
    let section = |key: &str, number: usize| Shown::text(page.text(key)).leading_to(opened.section_address(number));
    let next = (number < opened.version.questionnaire.sections.len()).then(|| section("link-section-next", number + 1));
    let before = (number > 1).then(|| section("link-section-before", number - 1));
    let version = Shown::text(page.text("link-back-to-version")).leading_to(format!(
        "{}?texts={}",
        opened.address(),
        opened.language
    ));
    [next, before, Some(version)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_may_name_what_is_no_language() {
        assert_eq!(chosen(&["&x=".to_owned()], &["en"]), "");
        assert!(is_tag("pt-BR") && !is_tag("en fr") && !is_tag(""));
    }

    #[test]
    fn the_language_of_texts_is_the_chosen_one_then_that_of_the_page() {
        let languages = ["fr", "en"].map(str::to_owned);
        assert_eq!(chosen(&languages, &["en", "fr"]), "en");
        assert_eq!(chosen(&languages, &["", "en"]), "en");
        assert_eq!(chosen(&languages, &["de", "ar"]), "fr", "the default one");
        assert_eq!(chosen(&[], &["en"]), "");
    }
}
