//! Decisions about releases.

use std::time::Duration;

use questionnaire::{AnswerType, Questionnaire};
use survey_results::{Audience, Facts, Hidden, Outcome, Plan, Release, Size, Why};

use super::MAX_RELEASES;
use super::types::{
    ContentRow, GivenBands, GivenRelease, HiddenBecause, HiddenFigure, ReleaseAudience, ReleaseContents, ReleaseRow,
    ReleaseSummary,
};
use super::view::percent;
use crate::db::Id;
use crate::error::{Error, FieldError, OrInternal as _, ProblemCode};
use crate::rounds::{Pair, RoundFacts, RoundState};
use crate::secrets::{fingerprint, hex};
use crate::text;
use crate::time::Timestamp;

/// Most previews of a round that tell different figures: each is looked at before the next one.
const MAX_PREVIEWS: i64 = 40;
/// Most figures of a release. It takes some 400 bytes for each while it is made.
const MAX_FIGURES: usize = 100_000;
/// Most bytes of its JSON.
const MAX_BYTES: usize = 8 << 20;

/// How much a release tells: everything of a closed round, and how many answered of one that is open. An interim
/// release of figures is possible, without tables by region, which exist once a round.
///
/// # Errors
/// 409 where the round does not permit it.
pub(super) fn contents(wanted: Option<ReleaseContents>, state: RoundState) -> Result<ReleaseContents, Error> {
    match (state, wanted) {
        (RoundState::Closed, wanted) => Ok(wanted.unwrap_or(ReleaseContents::Tables)),
        (RoundState::Open, None) => Ok(ReleaseContents::Rates),
        (RoundState::Open, Some(wanted)) if wanted != ReleaseContents::Tables => Ok(wanted),
        (RoundState::Open | RoundState::Draft | RoundState::Cancelled, _) => {
            Err(Error::conflict(ProblemCode::ReleaseTooEarly))
        }
    }
}

/// Refuses a further release of a round that has enough.
///
/// # Errors
/// 409.
pub(super) fn check_room(earlier: &[ReleaseRow]) -> Result<(), Error> {
    if earlier.len() < MAX_RELEASES {
        return Ok(());
    }
    Err(Error::conflict(ProblemCode::TooManyReleases).with("max", MAX_RELEASES))
}

/// Refuses a further preview of a round that has enough.
///
/// # Errors
/// 409.
pub(super) fn check_number_of_previews(told: i64) -> Result<(), Error> {
    if told < MAX_PREVIEWS {
        return Ok(());
    }
    Err(Error::conflict(ProblemCode::TooManyPreviews).with("max", MAX_PREVIEWS))
}

/// Refuses a preview that a round has no room for, before it is made. One that tells only how many answered is not kept,
/// and one of the same submissions may tell nothing new.
///
/// # Errors
/// 409.
pub(super) fn check_room_of_previews(
    told: &[ContentRow],
    contents: ReleaseContents,
    counted: &[Id],
) -> Result<(), Error> {
    let may_repeat =
        |row: &ContentRow| row.contents == contents && row.counted.as_ref().is_some_and(|known| known.0 == counted);
    if contents == ReleaseContents::Rates || told.iter().any(may_repeat) {
        return Ok(());
    }
    check_number_of_previews(i64::try_from(told.len()).unwrap_or(i64::MAX))
}

/// Refuses a release whose tables would have more figures than fit into memory, before any of them is made.
///
/// # Errors
/// 409.
pub(super) fn check_size(
    questionnaire: &Questionnaire,
    contents: ReleaseContents,
    regions: usize,
    pairs: &[Pair],
) -> Result<(), Error> {
    let figures = figures_of(questionnaire, contents, regions, pairs);
    if figures <= MAX_FIGURES { Ok(()) } else { Err(too_large()) }
}

/// The same for the bytes that would be stored and served.
///
/// # Errors
/// 409.
pub(super) fn check_bytes(artefact: &str) -> Result<(), Error> {
    if artefact.len() <= MAX_BYTES { Ok(()) } else { Err(too_large()) }
}

fn too_large() -> Error {
    Error::conflict(ProblemCode::ReleaseTooLarge).with("max", MAX_FIGURES)
}

/// How many figures the tables of a release have: each row of a table has one for each option, for those that did not
/// answer, and for those that were not asked.
fn figures_of(questionnaire: &Questionnaire, contents: ReleaseContents, regions: usize, pairs: &[Pair]) -> usize {
    let rows = match contents {
        ReleaseContents::Rates => 0,
        ReleaseContents::Totals => 1,
        ReleaseContents::Tables => regions + 2,
    };
    let mut items: Vec<(&str, Option<&str>, usize)> = Vec::new();
    for (_, question) in questionnaire.questions() {
        let (codes, cell): (Vec<&str>, &AnswerType) = match &question.answer {
            AnswerType::Matrix { rows, cell } => (rows.iter().map(|row| row.code.as_str()).collect(), &**cell),
            answer => (vec![question.code.as_str()], answer),
        };
        let width = cell.options().map_or(1, <[_]>::len) + 2;
        items.extend(codes.into_iter().map(|code| (code, question.concept.as_deref(), width)));
    }
    let in_tables: usize = items.iter().map(|(.., width)| width.saturating_mul(rows)).sum();
    let pairs = pairs.iter().filter(|_| contents == ReleaseContents::Tables);
    let in_pair = |pair: &Pair| {
        let (_, _, rows) = items.iter().find(|(code, ..)| *code == pair.question)?;
        let concept = pair.concept.as_str();
        let with = |(code, of, _): &&(&str, Option<&str>, usize)| *of == Some(concept) || *code == concept;
        let columns = items.iter().filter(with).map(|(.., width)| *width).max()?;
        Some(rows * columns)
    };
    in_tables + pairs.filter_map(in_pair).sum::<usize>()
}

/// Refuses a release that cannot follow those of the round, or whose bands are none.
///
/// # Errors
/// 422.
pub(super) fn check(given: &GivenRelease, earlier: &[ReleaseRow], plan: &Plan) -> Result<(), Error> {
    let mut faults = Vec::new();
    if let Some(number) = given.corrects
        && !earlier.iter().any(|row| row.number == number)
    {
        let known: Vec<String> = earlier.iter().map(|row| row.number.to_string()).collect();
        let fault = text::unknown_value(&number.to_string(), known.iter().map(String::as_str));
        faults.push(FieldError { pointer: "/corrects".to_owned(), ..fault });
    }
    if let Some(code) = plan.wrong_band(&given.bands) {
        faults.push(FieldError { pointer: "/bands".to_owned(), ..text::unknown_value(code, []) });
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// The bands of a release: those that the round has since the first time that tables were told of it, published or
/// not. Other bands would show other cells of the same answers.
///
/// # Errors
/// 409 where other ones are wanted.
pub(super) fn bands(wanted: &GivenBands, known: &[ContentRow]) -> Result<GivenBands, Error> {
    let with_tables = known.iter().find(|row| row.contents == ReleaseContents::Tables);
    match with_tables.map(|row| &row.bands.0) {
        Some(fixed) if wanted.is_empty() || wanted == fixed => Ok(fixed.clone()),
        Some(_) => Err(Error::conflict(ProblemCode::BandsFixed)),
        None => Ok(wanted.clone()),
    }
}

/// The instant of the next release: the present one, and later than those of all that is known, so that each is named by
/// its instant.
pub(super) fn next_instant(now: Timestamp, known: &[ContentRow]) -> Timestamp {
    let last = known.iter().map(|row| row.as_of.plus(Duration::from_micros(1))).max();
    last.map_or(now, |last| last.max(now))
}

/// The number of the next release.
pub(super) fn next_number(earlier: &[ReleaseRow]) -> i32 {
    earlier.last().map_or(1, |row| row.number + 1)
}

/// What a release is of.
///
/// # Errors
/// None in practice: numbers are not negative.
pub(super) fn facts(
    round: &RoundFacts,
    version_sha256: String,
    given: &GivenRelease,
    contents: ReleaseContents,
    (number, as_of): (i32, Timestamp),
    frame: &Size,
) -> Result<Facts, Error> {
    Ok(Facts {
        round: round.id.to_string(),
        survey: round.survey.clone(),
        version: u32::try_from(round.version).or_internal()?,
        version_sha256,
        number: u32::try_from(number).or_internal()?,
        corrects: given.corrects.map(u32::try_from).transpose().or_internal()?,
        as_of: as_of.to_string(),
        audience: given.audience.into(),
        contents: contents.into(),
        k: round.min_cell,
        frame: frame.clone(),
    })
}

/// Whether a release is read: public ones by everybody, the others by whoever may read surveys.
pub(super) fn is_read(audience: ReleaseAudience, has_reader: bool) -> bool {
    has_reader || audience == ReleaseAudience::Public
}

/// Whether a release tells more than how many answered.
pub(super) fn has_figures(row: &ReleaseRow) -> bool {
    row.contents != ReleaseContents::Rates
}

/// The fingerprint of a release without its instant. Two previews have the same one if no figure changed between them.
///
/// # Errors
/// None in practice.
pub(super) fn stamp(release: &Release) -> Result<String, Error> {
    let mut told = release.clone();
    told.as_of.clear();
    let of_questions = told.questions.iter_mut().flat_map(|result| [&mut result.totals, &mut result.by_region]);
    for outcome in of_questions.chain(told.pairs.iter_mut().map(|pair| &mut pair.table)) {
        if let Outcome::Served(table) = outcome
            && table.number == release.number
        {
            table.as_of.clear();
        }
    }
    Ok(hex(&fingerprint(&serde_json::to_string(&told).or_internal()?)))
}

/// All figures of a release, without what names it.
///
/// # Errors
/// As [`stamp`].
pub(super) fn figures(release: &Release) -> Result<String, Error> {
    stamp(&Release { corrects: None, audience: Audience::Public, ..release.clone() })
}

/// A release in lists.
pub(super) fn summary(row: &ReleaseRow) -> ReleaseSummary {
    let (n, frame) = (row.respondents.unsigned_abs(), row.asked.unsigned_abs());
    ReleaseSummary {
        id: row.id,
        round: row.round_id,
        number: row.number,
        audience: row.audience,
        contents: row.contents,
        as_of: row.as_of,
        corrects: row.corrects,
        n,
        frame,
        response_rate: percent(Some(n), Some(frame)).unwrap_or_default(),
        sha256: row.sha256.clone(),
        published_at: row.published_at,
    }
}

/// A hidden figure as the Secretariat sees it.
pub(super) fn hidden_figure(hidden: Hidden) -> HiddenFigure {
    let because = match hidden.why {
        Why::FewRespondents => HiddenBecause::FewRespondents,
        Why::Protects => HiddenBecause::Protects,
    };
    let Hidden { question, concept, row, option, .. } = hidden;
    HiddenFigure { question, concept, row, option, because }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    use super::super::types::Artefact;
    use crate::db::{Document, Id};

    #[test]
    fn tables_are_of_closed_rounds() {
        let told = |wanted, state| contents(wanted, state).map_err(|error| error.code());
        assert_eq!(told(None, RoundState::Closed), Ok(ReleaseContents::Tables));
        assert_eq!(told(None, RoundState::Open), Ok(ReleaseContents::Rates));
        assert_eq!(told(Some(ReleaseContents::Totals), RoundState::Open), Ok(ReleaseContents::Totals));
        for (wanted, state) in [
            (Some(ReleaseContents::Tables), RoundState::Open),
            (None, RoundState::Draft),
            (None, RoundState::Cancelled),
        ] {
            assert_eq!(told(wanted, state), Err(ProblemCode::ReleaseTooEarly));
        }
    }

    #[test]
    fn bands_are_fixed_with_the_first_tables() {
        let bands = |codes: &[&str]| {
            let band = codes.iter().map(|code| (*code).to_owned()).collect::<Vec<String>>();
            GivenBands::from([("q".to_owned(), vec![band])])
        };
        let row = |contents, bands: &GivenBands| ContentRow {
            contents,
            as_of: Timestamp::from_micros(7),
            artefact: Artefact::Preview(Id::nil(), 1),
            bands: Document(bands.clone()),
            counted: None,
        };
        let (low, high) = (bands(&["a", "b"]), bands(&["b", "c"]));
        let known = [row(ReleaseContents::Totals, &high), row(ReleaseContents::Tables, &low)];
        assert_eq!(super::bands(&high, &known[..1]).ok(), Some(high.clone()), "no tables were told");
        for wanted in [&low, &GivenBands::new()] {
            assert_eq!(super::bands(wanted, &known).ok(), Some(low.clone()));
        }
        assert_eq!(super::bands(&high, &known).map_err(|error| error.code()), Err(ProblemCode::BandsFixed));
        let without = [row(ReleaseContents::Tables, &GivenBands::new())];
        assert!(super::bands(&low, &without).is_err(), "the options themselves were told");
        assert_eq!(next_instant(Timestamp::from_micros(7), &known), Timestamp::from_micros(8));
        assert_eq!(next_instant(Timestamp::from_micros(9), &known), Timestamp::from_micros(9));
    }

    #[test]
    fn members_alone_read_what_is_not_public() {
        assert!(is_read(ReleaseAudience::Public, false) && is_read(ReleaseAudience::Members, true));
        assert!(!is_read(ReleaseAudience::Members, false));
    }

    #[test]
    fn figures_are_counted_before_they_are_made() {
        let options = |most: usize| (0..most).map(|n| json!({"code": format!("o{n}"), "label": {"en": "o"}}));
        let single = |most: usize| json!({"type": "single", "options": options(most).collect::<Vec<_>>()});
        let question = |code: &str, answer: Value| {
            let label = json!({"en": code});
            json!({"question": {"code": code, "label": label, "concept": code, "sensitivity": "aggregate",
                "required": false, "answer": answer}})
        };
        let rows: Vec<Value> = (0..50).map(|n| json!({"code": format!("r{n}"), "label": {"en": "r"}})).collect();
        let matrix = json!({"type": "matrix", "rows": rows, "cell": single(20)});
        let section = json!({"code": "all", "title": {"en": "All"},
            "items": [question("one", single(8)), question("many", matrix)]});
        let asked = json!({"languages": ["en"], "title": {"en": "S"}, "sections": [section]});
        let asked: Questionnaire = serde_json::from_value(asked).unwrap();
        let pair = Pair { question: "one".to_owned(), concept: "many".to_owned() };
        let of = |contents| figures_of(&asked, contents, 6, std::slice::from_ref(&pair));
        assert_eq!(of(ReleaseContents::Rates), 0);
        assert_eq!(of(ReleaseContents::Totals), 10 + 50 * 22);
        assert_eq!(of(ReleaseContents::Tables), 8 * (10 + 50 * 22) + 10 * 22);
        let refused = |regions| check_size(&asked, ReleaseContents::Tables, regions, &[]).map_err(|error| error.code());
        assert_eq!((refused(6), refused(100)), (Ok(()), Err(ProblemCode::ReleaseTooLarge)));
    }
}
