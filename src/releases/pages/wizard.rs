//! The steps by which the Secretariat publishes a release: what is wanted, the preview, the publication.
//!
//! The form of the preview names what was seen. If a publication would tell something else, since answers came in or
//! another release was published, nothing is published and the new preview is shown.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::previews::PreviewedRelease;
use super::super::{GivenBands, GivenRelease, ReleaseAudience, ReleaseContents, ReleaseSummary};
use super::{Office, address, participation, preview};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _, ProblemCode};
use crate::http::IfMatch;
use crate::idempotency::Answer;
use crate::rounds::{RoundState, Rounds};
use crate::text;
use crate::web::{Choice, Field, FormPage, FormState, Notice, Page, PageResult, Posted, Shown, Table, returned};

/// What the pages send.
#[derive(Deserialize)]
pub(super) struct PostedRelease {
    #[serde(default)]
    audience: String,
    #[serde(default)]
    contents: String,
    #[serde(default)]
    corrects: String,
    #[serde(default)]
    bands: String,
    /// What the preview showed; empty in the first step.
    #[serde(default)]
    version: String,
}

/// What came of a step.
enum Step {
    Previewed(Box<PreviewedRelease>),
    Published(Published),
}

/// What a publication answers.
#[derive(Deserialize)]
struct Published {
    id: Id,
    number: i32,
}

impl PostedRelease {
    /// What is wanted, and the preview that was seen.
    ///
    /// # Errors
    /// 422 where no audience is chosen, or a field cannot be read.
    fn into_given(self) -> Result<(GivenRelease, Option<IfMatch>), Error> {
        let missing = || Error::invalid(vec![FieldError::new("/audience", FieldCode::Missing)]);
        let unknown = |field: &str, value: &str| {
            let fault = text::unknown_value(value, []);
            Error::invalid(vec![FieldError { pointer: field.to_owned(), ..fault }])
        };
        let audience = ReleaseAudience::parse(&self.audience).ok_or_else(missing)?;
        let corrects = match self.corrects.trim() {
            "" => None,
            number => Some(number.parse().map_err(|_none| unknown("/corrects", number))?),
        };
        let bands = bands(&self.bands).map_err(|line| unknown("/bands", &line))?;
        let contents = ReleaseContents::parse(&self.contents);
        let seen = Some(self.version).filter(|version| !version.is_empty());
        Ok((GivenRelease { audience, contents, corrects, bands }, seen.map(|seen| IfMatch::of_version(&seen))))
    }
}

/// Bands as they are typed: on each line the code of a question, then neighbouring options with `+` between.
///
/// # Errors
/// A line without a band.
fn bands(typed: &str) -> Result<GivenBands, String> {
    let mut bands = GivenBands::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut parts = line.split_whitespace();
        let question = parts.next().unwrap_or_default();
        let of_line: Vec<Vec<String>> =
            parts.map(|band| band.split('+').map(str::to_owned).collect::<Vec<_>>()).collect();
        if of_line.is_empty() || of_line.iter().any(|band| band.len() < 2) {
            return Err(line.to_owned());
        }
        bands.entry(question.to_owned()).or_default().extend(of_line);
    }
    Ok(bands)
}

/// The releases of a round, and the first step to the next one.
pub(super) async fn ask(office: Office, rounds: web::Data<Rounds>) -> PageResult {
    show(&office, &rounds, FormState::default()).await
}

/// Shows the preview; once that was seen, publishes.
pub(super) async fn go_on(office: Office, rounds: web::Data<Rounds>, posted: Posted<PostedRelease>) -> PageResult {
    let Posted { input, form } = posted;
    let taken = async { step(&office, input?, &form).await };
    match Box::pin(taken).await {
        Ok(Step::Previewed(previewed)) => preview::show(&office, &form, &previewed),
        Ok(Step::Published(made)) => {
            office.page.lead_on(&address(made.id), Notice::new("release-published").with("number", made.number))
        }
        Err(error) if error.is_any_of(&[ProblemCode::ChangedMeanwhile]) => again(&office, &rounds, form, &error).await,
        Err(error) => show(&office, &rounds, returned(&office.page, form, error)?).await,
    }
}

async fn step(office: &Office, input: PostedRelease, form: &FormState) -> Result<Step, Error> {
    let (given, seen) = input.into_given()?;
    let (officer, round) = (Arc::clone(&office.person.0), office.place);
    let Some(seen) = seen else {
        return Ok(Step::Previewed(Box::new(
            office.service.previewed_release(officer, office.trace(), round, given).await?,
        )));
    };
    let place = (round, Some(seen));
    let answer: Answer = office.service.publish(officer, office.trace(), office.ticket(form), place, given).await?;
    Ok(Step::Published(serde_json::from_str(&answer.body).or_internal()?))
}

/// The preview anew, where the publication would tell something else than the one that was seen.
async fn again(office: &Office, rounds: &Rounds, form: FormState, late: &Error) -> PageResult {
    let input = PostedRelease {
        audience: form.value("audience").to_owned(),
        contents: form.value("contents").to_owned(),
        corrects: form.value("corrects").to_owned(),
        bands: form.value("bands").to_owned(),
        version: String::new(),
    };
    let (given, _) = input.into_given()?;
    match office.service.previewed_release(Arc::clone(&office.person.0), office.trace(), office.place, given).await {
        Ok(previewed) => preview::show(office, &form.refused(&office.page, late), &previewed),
        Err(error) => show(office, rounds, returned(&office.page, form, error)?).await,
    }
}

async fn show(office: &Office, rounds: &Rounds, form: FormState) -> PageResult {
    let page = &office.page;
    let releases = office.service.list(Some(Arc::clone(&office.person.0)), office.place).await?;
    let round = rounds.get(Arc::clone(&office.person.0), office.place).await?;
    let name = page.round_name(round.title_in(page.language()), round.opens_at, &round.zone);
    let form = form.labelled("audience", page.text("th-for-whom-release")).with_errors_at_lists();
    let audience = |one: &ReleaseAudience| Choice::new(one.as_str(), page.words("release-audience", one.as_str()));
    let contents = |one: &ReleaseContents| Choice::new(one.as_str(), page.words("release-contents", one.as_str()));
    let whole = Choice::new("", page.text("page-release-new.usual"));
    let mut fields = vec![
        Field::radios("audience", ReleaseAudience::ALL.iter().map(audience).collect())
            .hinted(page.text("page-release-new.audience")),
        Field::select("contents", std::iter::once(whole).chain(ReleaseContents::ALL.iter().map(contents)).collect())
            .hinted(page.text("page-release-new.contents")),
    ];
    if !releases.is_empty() {
        let none = Choice::new("", page.text("page-release-new.none"));
        let number = |one: &ReleaseSummary| {
            Choice::new(one.number.to_string(), page.say("release-number", "number", one.number))
        };
        fields.push(Field::select("corrects", std::iter::once(none).chain(releases.iter().map(number)).collect()));
    }
    let bands = Field::area("bands").hinted(page.text("page-release-new.bands"));
    fields.push(bands.folded(page.text("page-release-new.specialists")));
    let content = FormPage::new(page, &form, "page-release-new", &name)
        .with_fields(fields)
        .hinted(page.text("page-release-new.lasting"))
        .with_link("/help/survey-method", page.text("page-help-survey-method"))
        .with_table(table(page, &releases))
        .back_to(format!("/rounds/{}", office.place), page.text("link-back-to-round"));
    if matches!(round.state, RoundState::Open | RoundState::Closed) {
        return content.show();
    }
    content.leading_instead(page.text(&format!("round-is-{}", round.state.as_str())), Shown::default()).show()
}

/// The releases of the round, the newest first.
fn table(page: &Page, releases: &[ReleaseSummary]) -> Table {
    let columns = ["release", "for-whom-release", "contents", "took-part", "as-of", "corrects"];
    let mut table = Table::new(page, "page-releases-of-round", &columns);
    for one in releases {
        let corrects = one.corrects.map(|number| Shown::text(page.say("release-number", "number", number)));
        table.push(vec![
            Shown::text(page.say("release-number", "number", one.number)).leading_to(address(one.id)),
            Shown::text(page.words("release-audience", one.audience.as_str())),
            Shown::text(page.words("release-contents", one.contents.as_str())),
            Shown::text(participation(page, one)),
            Shown::moment(page, one.as_of),
            corrects.unwrap_or_default(),
        ]);
    }
    table.without_empty(&[5])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_read_line_by_line() {
        let read = bands("maturity level_1+level_2  level_4+level_5\n\n use a+b").unwrap();
        assert_eq!(read["maturity"], [vec!["level_1", "level_2"], vec!["level_4", "level_5"]]);
        assert_eq!(read["use"], [vec!["a", "b"]]);
        assert_eq!(bands(" \n"), Ok(GivenBands::new()));
        assert_eq!((bands("maturity"), bands("use a")), (Err("maturity".to_owned()), Err("use a".to_owned())));
    }
}
